//! What clients may expect of a connection.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::support::Home;

/// Reads one answer; its status line.
fn answer(connection: &mut BufReader<TcpStream>) -> String {
    let mut status = String::new();
    connection.read_line(&mut status).unwrap();
    let mut length = 0;
    loop {
        let mut line = String::new();
        connection.read_line(&mut line).unwrap();
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    connection.read_exact(&mut vec![0; length]).unwrap();
    status.trim().to_owned()
}

/// Many clients send a body after the headers, and the next request over the same connection.
#[test]
fn a_refusal_leaves_the_connection_to_the_next_request() {
    let home = Home::sqlite();
    let server = home.serve();
    let stream = TcpStream::connect(&server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut connection = BufReader::new(stream);
    for (request, status) in [
        ("POST /api/v1/omnichannel/contact", "HTTP/1.1 401 Unauthorized"),
        ("GET /api/v1/me", "HTTP/1.1 401 Unauthorized"),
        ("POST /nowhere", "HTTP/1.1 404 Not Found"),
        ("DELETE /api/v1/login", "HTTP/1.1 404 Not Found"),
        ("OPTIONS /api/v1/login", "HTTP/1.1 200 OK"),
        ("GET /livez", "HTTP/1.1 200 OK"),
    ] {
        let head = format!(
            "{request} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n"
        );
        connection.get_mut().write_all(head.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(150));
        connection.get_mut().write_all(b"{\"name\": \"Mara\"}").unwrap();
        assert_eq!(answer(&mut connection), status, "{request}");
    }
}

/// A client that sends megabytes learns why they are refused: the answer is not lost with the connection.
#[test]
fn a_body_that_is_too_large_leaves_the_connection_to_the_next_request() {
    let home = Home::sqlite();
    let server = home.serve();
    let stream = TcpStream::connect(&server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut connection = BufReader::new(stream);
    let megabytes = vec![b' '; 8 << 20];
    for (path, status) in [
        ("/api/v1/login", "HTTP/1.1 413 Payload Too Large"),
        ("/api/v1/omnichannel/contact", "HTTP/1.1 401 Unauthorized"),
    ] {
        let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", megabytes.len());
        connection.get_mut().write_all(head.as_bytes()).unwrap();
        connection.get_mut().write_all(&megabytes).unwrap();
        assert_eq!(answer(&mut connection), status, "{path}");
    }
    connection.get_mut().write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    assert_eq!(answer(&mut connection), "HTTP/1.1 200 OK");
}
