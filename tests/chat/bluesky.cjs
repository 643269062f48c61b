// Starts Bluesky's PDS and the directory of identities that it asks. Usage: node bluesky.cjs PORT DIRECTORY-PORT FOLDER
const crypto = require("node:crypto");
const plc = require("@did-plc/server");
const { PDS, envToCfg, envToSecrets } = require("@atproto/pds");

const [port, directory, folder] = process.argv.slice(2);

async function main() {
  await plc.PlcServer.create({ db: plc.Database.mock(), port: Number(directory) }).start();
  const env = {
    port: Number(port),
    hostname: "localhost",
    devMode: true,
    dataDirectory: folder,
    blobstoreDiskLocation: `${folder}/blobs`,
    didPlcUrl: `http://127.0.0.1:${directory}`,
    serviceHandleDomains: [".test"],
    inviteRequired: false,
    rateLimitsEnabled: true,
    jwtSecret: "secret",
    adminPassword: "admin",
    plcRotationKeyK256PrivateKeyHex: crypto.randomBytes(32).toString("hex"),
  };
  const pds = await PDS.create(envToCfg(env), envToSecrets(env));
  await pds.start();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
