// Starts telegram-test-api on a port of the loopback. Usage: node telegram.cjs PORT
const TelegramServer = require("telegram-test-api");
const Server = TelegramServer.default ?? TelegramServer.TelegramServer ?? TelegramServer;
new Server({ port: Number(process.argv[2]), host: "127.0.0.1", storeTimeout: 86400 }).start();
