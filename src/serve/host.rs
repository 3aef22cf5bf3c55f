//! Who may ask: a guard against DNS rebinding.
//!
//! A page on the web can give its own name the address 127.0.0.1 and then read what is served there. It cannot change
//! the `Host` header, which still holds that name. Addresses written as numbers belong to nobody's domain and are let in.

use std::net::{IpAddr, Ipv6Addr};

/// Which names a server answers to.
#[derive(Clone, Debug)]
pub struct Names {
    /// The name or number it was told to listen on.
    pub asked: String,
    /// Other machines may ask, by the names they have for this one in their own network.
    pub is_open: bool,
}

impl Names {
    /// Whether a `Host` header names this server.
    pub fn allow(&self, host: &str) -> bool {
        let Some(name) = name_of(host) else { return false };
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        if name.is_empty() {
            return false;
        }
        let ends = |ending: &str| name.ends_with(ending);
        name == "localhost"
            || ends(".localhost")
            || name.parse::<IpAddr>().is_ok()
            || name == self.asked.to_ascii_lowercase()
            // Names that no public name server gives out.
            || self.is_open && (!name.contains('.') || ends(".local"))
    }
}

/// The name in `name:port` or `[address]:port`.
fn name_of(host: &str) -> Option<&str> {
    if let Some(rest) = host.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(is_number);
        return (is_port && address.parse::<Ipv6Addr>().is_ok()).then_some(address);
    }
    match host.split_once(':') {
        Some((name, port)) => is_number(port).then_some(name),
        None => Some(host),
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_let_in() {
        let names = Names { asked: "127.0.0.1".to_owned(), is_open: false };
        for host in ["127.0.0.1:4000", "localhost", "LOCALHOST:1", "a.localhost:2", "[::1]:4000"] {
            assert!(names.allow(host), "{host}");
        }
        for host in ["evil.example", "evil.example:4000", "localhost.evil.example", "", "pc", "a:b"]
        {
            assert!(!names.allow(host), "{host}");
        }
    }

    #[test]
    fn an_open_server_has_the_names_of_its_network_and_the_one_it_was_given() {
        let names = Names { asked: "Course.example".to_owned(), is_open: true };
        for host in ["pc:4000", "pc.local", "192.168.0.7:4000", "course.example:4000"] {
            assert!(names.allow(host), "{host}");
        }
        assert!(!names.allow("evil.example:4000"));
    }
}
