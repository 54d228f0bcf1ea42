//! A client as light as can be, so that many of them leave the machine to the server: one kept connection, one
//! request at a time. An answer that does not come, or is more than one, is an error.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use crate::support::Credentials;

/// Whoever waits longer for an answer hangs.
const PATIENCE: Duration = Duration::from_secs(10);

/// A request, ready to be sent any number of times.
pub(crate) struct Request {
    text: String,
}

impl Request {
    pub(crate) fn get(path: &str, who: &Credentials) -> Self {
        Self::new("GET", path, Some(who), "")
    }

    pub(crate) fn delete(path: &str) -> Self {
        Self::new("DELETE", path, None, "")
    }

    pub(crate) fn post(path: &str, who: &Credentials, body: &Value) -> Self {
        Self::new("POST", path, Some(who), &body.to_string())
    }

    fn new(method: &str, path: &str, who: Option<&Credentials>, body: &str) -> Self {
        let credentials = who.map_or_else(String::new, |Credentials { user_id, token }| {
            format!("X-User-Id: {user_id}\r\nX-Auth-Token: {token}\r\n")
        });
        let length = body.len();
        Self {
            text: format!(
                "{method} /api/v1/{path} HTTP/1.1\r\nHost: test\r\n{credentials}\
                 Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
            ),
        }
    }

    /// Its length.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// What is asked, without who asks.
    pub(crate) fn what(&self) -> &str {
        self.text.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1")
    }
}

/// A status and a JSON body.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// A connection to a server, made when it is needed.
pub(crate) struct Line {
    address: String,
    open: Option<BufReader<TcpStream>>,
}

impl Line {
    pub(crate) fn to(address: &str) -> Self {
        Self { address: address.to_owned(), open: None }
    }

    /// Sends a request and reads its answer.
    pub(crate) fn ask(&mut self, request: &Request) -> io::Result<Reply> {
        let mut stream = match self.open.take() {
            Some(stream) => stream,
            None => BufReader::new(connect(&self.address)?),
        };
        stream.get_mut().write_all(request.text.as_bytes())?;
        let (reply, stays) = read_reply(&mut stream)?;
        if !stream.buffer().is_empty() {
            return Err(io::Error::other("more than one answer"));
        }
        if stays {
            self.open = Some(stream);
        }
        Ok(reply)
    }

    /// Sends the first bytes of a request, or all of it, and hangs up.
    pub(crate) fn hang_up_after(&self, request: &Request, bytes: usize) -> io::Result<()> {
        let text = request.text.as_bytes();
        connect(&self.address)?.write_all(&text[..bytes.min(text.len())])
    }
}

fn connect(address: &str) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// The answer, and whether the connection is good for another request.
fn read_reply(stream: &mut BufReader<TcpStream>) -> io::Result<(Reply, bool)> {
    let broken = |what: String| io::Error::new(io::ErrorKind::InvalidData, what);
    let mut first = String::new();
    stream.read_line(&mut first)?;
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| broken(format!("an answer that begins with {first:?}")))?;
    let (mut length, mut stays) = (None, true);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().ok();
        } else if name.eq_ignore_ascii_case("connection") {
            stays = !value.eq_ignore_ascii_case("close");
        }
    }
    let length = length.ok_or_else(|| broken("an answer without a length".to_owned()))?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok((Reply { status, body: serde_json::from_slice(&body)? }, stays))
}
