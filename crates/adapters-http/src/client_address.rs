//! Where a request comes from (contract, framework 1.3): counted are calls and failures by it, and the audit
//! trail names it. Only what is an IP address counts, so it is never longer than one.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::HeaderMap;
use axum::http::request::Parts;

const REAL_IP: &str = "x-real-ip";
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Which of a request's headers say where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressTrust {
    /// Whether `X-Real-IP` is believed.
    pub real_ip: bool,
    /// How many proxies add to `X-Forwarded-For`: the entry with this number from the right is believed
    /// before all else. 0: none is.
    pub forwarded_count: usize,
}

impl Default for AddressTrust {
    /// As the dialect has it.
    fn default() -> Self {
        Self { real_ip: true, forwarded_count: 0 }
    }
}

/// The client's address; `None` where not even the socket's is known.
pub(crate) fn of(parts: &Parts, trust: AddressTrust) -> Option<IpAddr> {
    let socket = || parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(socket)| socket.ip());
    let real_ip = || if trust.real_ip { real_ip(&parts.headers) } else { None };
    let address = forwarded(&parts.headers, trust.forwarded_count).or_else(real_ip).or_else(socket);
    address.map(|address| address.to_canonical())
}

/// Several headers are none: a proxy that is to be believed replaces what the client sent.
fn real_ip(headers: &HeaderMap) -> Option<IpAddr> {
    let mut values = headers.get_all(REAL_IP).iter();
    let value = values.next()?;
    if values.next().is_some() { None } else { parse(value.to_str().ok()?) }
}

/// Proxies add entries, or whole headers, at the end.
fn forwarded(headers: &HeaderMap, count: usize) -> Option<IpAddr> {
    let headers = headers.get_all(FORWARDED_FOR).iter().rev();
    let mut entries = headers.flat_map(|header| header.to_str().unwrap_or_default().rsplit(','));
    parse(entries.nth(count.checked_sub(1)?)?)
}

/// An address, with or without a port.
fn parse(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.parse().ok().map(|socket: SocketAddr| socket.ip()))
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    const DISTRUST: AddressTrust = AddressTrust { real_ip: false, forwarded_count: 0 };

    const fn proxies(forwarded_count: usize) -> AddressTrust {
        AddressTrust { real_ip: true, forwarded_count }
    }

    /// What is made of a request from the socket 192.0.2.1 with these headers.
    fn address(headers: &[(&str, &str)], trust: AddressTrust) -> String {
        let socket = SocketAddr::from(([192, 0, 2, 1], 4711));
        let request =
            headers.iter().fold(Request::builder(), |request, (name, value)| request.header(*name, *value));
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        parts.extensions.insert(ConnectInfo(socket));
        of(&parts, trust).unwrap().to_string()
    }

    #[test]
    fn x_real_ip_comes_before_the_socket_if_it_is_believed() {
        let trust = AddressTrust::default();
        assert_eq!(address(&[], trust), "192.0.2.1");
        assert_eq!(address(&[("X-Real-IP", "203.0.113.7")], trust), "203.0.113.7");
        assert_eq!(address(&[("X-Real-IP", "203.0.113.7")], DISTRUST), "192.0.2.1");
        assert_eq!(address(&[("X-Real-IP", "::ffff:203.0.113.7")], trust), "203.0.113.7");
        assert_eq!(address(&[("X-Real-IP", "2001:DB8:0::1")], trust), "2001:db8::1");
    }

    #[test]
    fn what_is_no_address_is_not_believed() {
        let long = "9".repeat(10_000);
        for odd in ["", "nonsense", "203.0.113.7, 203.0.113.8", "203.0.113", "0x7f.1", &long] {
            assert_eq!(address(&[("X-Real-IP", odd)], AddressTrust::default()), "192.0.2.1", "{odd}");
            assert_eq!(address(&[("X-Forwarded-For", odd)], proxies(3)), "192.0.2.1", "{odd}");
        }
        let twice = [("X-Real-IP", "203.0.113.7"), ("X-Real-IP", "203.0.113.8")];
        assert_eq!(address(&twice, AddressTrust::default()), "192.0.2.1");
    }

    #[test]
    fn the_nth_forwarded_entry_from_the_right_comes_first() {
        let sent = [
            ("X-Forwarded-For", "198.51.100.1, 198.51.100.2 ,198.51.100.3:80"),
            ("X-Real-IP", "203.0.113.7"),
        ];
        for (trust, expected) in [
            (proxies(0), "203.0.113.7"),
            (proxies(1), "198.51.100.3"),
            (proxies(2), "198.51.100.2"),
            (proxies(3), "198.51.100.1"),
            (proxies(4), "203.0.113.7"),
            (AddressTrust { forwarded_count: 2, ..DISTRUST }, "198.51.100.2"),
            (AddressTrust { forwarded_count: 4, ..DISTRUST }, "192.0.2.1"),
        ] {
            assert_eq!(address(&sent, trust), expected, "{trust:?}");
        }
        let two_headers = [("X-Forwarded-For", "198.51.100.1"), ("X-Forwarded-For", "198.51.100.2")];
        assert_eq!(address(&two_headers, proxies(1)), "198.51.100.2");
        assert_eq!(address(&two_headers, proxies(2)), "198.51.100.1");
    }

    #[test]
    fn without_a_socket_there_may_be_no_address() {
        let (parts, ()) = Request::builder().body(()).unwrap().into_parts();
        assert_eq!(of(&parts, AddressTrust::default()), None);
    }
}
