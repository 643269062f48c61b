//! What it takes to post an issue of 120 items to a service that answers at once: a whole run of `patchfeed post`, beside the least that
//! any program would have to do.
//!
//! ```sh
//! cargo bench --bench post
//! ```
//!
//! The floor sends the same 120 requests over one connection, and twice for each adds a line to a file and waits until the disk has it,
//! as a program must that posts nothing twice. The rounds follow each other, so that whatever else the machine does hits both alike.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clap::Parser;

/// How many items are posted.
const ITEMS: u32 = 120;

#[derive(Parser)]
struct Cli {
    /// How many rounds to take the medians of
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// What `cargo bench` says and `cargo test` doesn't
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> io::Result<()> {
    let cli = Cli::parse();
    if !cli.bench {
        eprintln!("nothing measured: this is for `cargo bench`");
        return Ok(());
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-post");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("issues"))?;
    fs::write(folder.join("issues/2024-01-01-10-00-00-lamps-1.md"), issue())?;
    let address = serve()?;
    let mut times = [Vec::new(), Vec::new()]; // floor, post
    for run in 0..cli.runs {
        times[0].push(floor(&folder.join(format!("floor-{run}")), &address)?);
        times[1].push(post(&folder, &format!("state-{run}"), &address)?);
    }
    let [floor, post] = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64()
    });
    println!("| items | floor | post | post / floor | post alone, for an item |\n|---:|---:|---:|---:|---:|");
    let alone = (post - floor) * 1000.0 / f64::from(ITEMS);
    println!("| {ITEMS} | {floor:.3} s | {post:.3} s | {:.2} | {alone:.2} ms |", post / floor);
    fs::remove_dir_all(folder)
}

/// An issue of items with some lines of text.
fn issue() -> String {
    let entry = |n| {
        format!(
            "**[v{n}: lamp: a light that counts to {n}](http://lore.kernel.org/netdev/{n}@lamp.example/)**\n\n> It blinks {n} times.\n\n"
        )
    };
    format!("### Networking\n\n{}", (0..ITEMS).map(entry).collect::<String>())
}

/// Starts a server that answers each request at once, and returns where it is.
fn serve() -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream));
        }
    });
    Ok(address)
}

/// Answers the requests of a connection.
fn answer(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if line == "\r\n" {
                break;
            }
            let value = line.to_ascii_lowercase();
            length = value.strip_prefix("content-length:").map_or(length, |value| value.trim().parse().unwrap_or(0));
        }
        io::copy(&mut reader.by_ref().take(length), &mut io::sink())?;
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n")?;
    }
}

/// The least that any program would do.
fn floor(path: &Path, address: &str) -> io::Result<Duration> {
    let start = Instant::now();
    let mut file = File::create(path)?;
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let body = "x".repeat(900);
    for _ in 0..ITEMS {
        file.write_all(&[b'x'; 120])?;
        file.sync_data()?;
        let head = format!("POST / HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all((head + &body).as_bytes())?;
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            reader.read_line(&mut line)?;
        }
        file.write_all(&[b'x'; 60])?;
        file.sync_data()?;
    }
    Ok(start.elapsed())
}

/// A run of patchfeed that posts everything.
fn post(folder: &Path, state: &str, address: &str) -> io::Result<Duration> {
    let mut command = Command::new(PathBuf::from(env!("CARGO_BIN_EXE_patchfeed")));
    command.args(["post", "issues", "--to", "webhook", "--name", "lamp", "--history", "1", "--state", state, "--set"]);
    command.arg(format!("url=http://{address}/")).current_dir(folder).stderr(Stdio::piped());
    let start = Instant::now();
    let output = command.output()?;
    let time = start.elapsed();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(&format!("{ITEMS} messages sent")), "{said}");
    Ok(time)
}
