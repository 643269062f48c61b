//! A session with a server of IRC, from signing in to QUIT.

use std::time::Instant;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::line::{IrcLine, channel};
use crate::post::account::Account;
use crate::post::unsent::Unsent;
use crate::post::wire::{Wire, failure, place};
use crate::text::first_words;

/// The longest piece of a password that a line holds (SASL 3.1 of `IRCv3`, "The AUTHENTICATE Command").
const PIECE: usize = 400;

/// How much of a server's words is shown, in characters.
const WORDS: usize = 200;

/// A session in which the channel is joined. It can't be printed: the account holds secrets.
pub(super) struct Session {
    account: Account,
    wire: Wire,
    pub(super) channel: String,
    /// What it is called: not always what it wanted.
    pub(super) nick: String,
    /// How many times the server was asked whether it has taken all.
    asked: usize,
}

impl Drop for Session {
    fn drop(&mut self) {
        if self.say("QUIT").is_ok() {
            // The server hangs up, unless it has much to say.
            let until = Instant::now() + self.account.timeout;
            let _ = (0..100).find(|_| self.wire.read_line(until).is_err());
        }
    }
}

impl Session {
    /// Connects, signs in, and joins the channel.
    pub(super) fn begin(account: Account) -> Result<Self, Unsent> {
        let place = place(account.need("server"), ("irc", 6667), ("ircs", 6697))?;
        if account.get("token").is_some() && !place.is_encrypted && !place.is_loopback() {
            return Err(Unsent::Setup("the token would travel without encryption; use ircs:// in `server`".to_owned()));
        }
        if account.get("token").is_none() && account.get("account").is_some() {
            return Err(Unsent::Setup("`account` needs the token: set both, or none".to_owned()));
        }
        let channel = channel(account.need("channel"))?;
        let nick: String = account.need("nick").split_whitespace().collect();
        let wire = Wire::connect(&place, account.timeout)?;
        let mut session = Self { account, wire, channel, nick, asked: 0 };
        session.sign_in()?;
        session.say(&format!("JOIN {}", session.channel))?;
        session.wait_until_taken()?;
        Ok(session)
    }

    pub(super) fn say(&mut self, line: &str) -> Result<(), Unsent> {
        self.wire.write_line(line).map_err(|err| failure(&err, true))
    }

    /// Reads a line that is no PING; those are answered.
    fn read(&mut self, until: Instant) -> Result<IrcLine, Unsent> {
        while Instant::now() < until {
            let line = IrcLine::read(&self.wire.read_line(until).map_err(|err| failure(&err, true))?);
            if line.command != "PING" {
                return Ok(line);
            }
            self.say(&format!("PONG :{}", line.last()))?;
        }
        Err(Unsent::Unclear("the server didn't answer in time".to_owned()))
    }

    /// Signs in, with SASL PLAIN if there is an account (SASL 3.1 of `IRCv3`, RFC 4616).
    fn sign_in(&mut self) -> Result<(), Unsent> {
        match (self.account.get("account"), self.account.get("token").map(str::to_owned)) {
            (Some(_), _) => self.say("CAP REQ :sasl")?,
            (None, Some(token)) => self.say(&format!("PASS :{token}"))?,
            (None, None) => {}
        }
        self.say(&format!("NICK {}", self.nick))?;
        self.say("USER patchfeed 0 * :patchfeed")?;
        let wanted = self.nick.clone();
        let mut others = 2..10;
        let until = Instant::now() + self.account.timeout;
        loop {
            let line = self.read(until)?;
            match line.command.as_str() {
                "001" => {
                    self.nick = line.parameters.first().cloned().unwrap_or_default();
                    return Ok(());
                }
                "CAP" if line.parameters.get(1).is_some_and(|word| word == "ACK") => self.say("AUTHENTICATE PLAIN")?,
                "AUTHENTICATE" => self.say_password()?,
                "903" => self.say("CAP END")?,
                "433" | "436" if let Some(number) = others.next() => {
                    // Nicks of nine letters are taken everywhere (RFC 2812 §1.2.1).
                    self.nick = format!("{}{number}", wanted.chars().take(8).collect::<String>());
                    self.say(&format!("NICK {}", self.nick))?;
                }
                _ => self.check(&line)?,
            }
        }
    }

    fn say_password(&mut self) -> Result<(), Unsent> {
        let (name, token) = (self.account.need("account"), self.account.need("token"));
        let password = BASE64_STANDARD.encode(format!("{name}\0{name}\0{token}"));
        for piece in password.as_bytes().chunks(PIECE) {
            self.say(&format!("AUTHENTICATE {}", String::from_utf8_lossy(piece)))?;
        }
        if password.len().is_multiple_of(PIECE) { self.say("AUTHENTICATE +") } else { Ok(()) }
    }

    /// Waits until the server has taken all lines so far: then it has said what is wrong with them, too.
    pub(super) fn wait_until_taken(&mut self) -> Result<(), Unsent> {
        self.asked += 1;
        let word = format!("patchfeed-{}", self.asked);
        self.say(&format!("PING :{word}"))?;
        let until = Instant::now() + self.account.timeout;
        loop {
            let line = self.read(until)?;
            if line.command == "PONG" && line.last() == word {
                return Ok(());
            }
            self.check(&line)?;
        }
    }

    /// Fails if a line says that something is wrong (RFC 2812 §5.2; those from 900 on: SASL 3.1 of `IRCv3`).
    fn check(&self, line: &IrcLine) -> Result<(), Unsent> {
        let said = first_words(&self.account.http.without_secrets(&line.said()), WORDS);
        let is_own_nick = line.parameters.get(1).is_some_and(|nick| nick.eq_ignore_ascii_case(&self.nick));
        Err(match line.command.as_str() {
            "422" | "439" => return Ok(()), // no message of the day; wait, until you are connected
            "263" | "437" => Unsent::Busy(None), // try again; taken for now
            "417" => Unsent::Refused(said), // a line that is too long
            "ERROR" => Unsent::Unclear(said),
            "CAP" if line.parameters.get(1).is_some_and(|word| word == "NAK") => {
                Unsent::Setup("the server knows no accounts (SASL); leave `account` out".to_owned())
            }
            // No such channel, can't speak or join there, no nick, account or password that is right.
            "902" | "904" | "905" | "906" => Unsent::Setup(said),
            number if number.len() == 3 && number.starts_with(['4', '5']) => Unsent::Setup(said),
            "KICK" if is_own_nick => Unsent::Setup(said),
            _ => return Ok(()),
        })
    }
}
