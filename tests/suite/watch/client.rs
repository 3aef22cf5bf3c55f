//! A client that keeps its connection, as browsers do.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use libtest_mimic::Failed;

/// See the module.
pub struct Client {
    port: u16,
    stream: Option<BufReader<TcpStream>>,
}

impl Client {
    pub fn new(port: u16) -> Self {
        Self { port, stream: None }
    }

    /// Asks for a path; returns the status and the text.
    pub fn get(&mut self, path: &str) -> Result<(u16, String), Failed> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(("127.0.0.1", self.port))?;
                stream.set_read_timeout(Some(Duration::from_secs(10)))?;
                stream.set_nodelay(true)?;
                BufReader::new(stream)
            }
        };
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        stream.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let mut length = 0;
        loop {
            line.clear();
            stream.read_line(&mut line)?;
            if line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        self.stream = Some(stream);
        Ok((status.ok_or("no status")?, String::from_utf8(body)?))
    }
}

/// A page as it was built, without the preview's script.
pub fn without_script(page: &str) -> String {
    let Some(begin) = page.find("<script type=\"module\" src=\"/.hornbook/") else {
        return page.to_owned();
    };
    let end = "</script>";
    let after = page[begin..].find(end).map_or(page.len(), |at| begin + at + end.len());
    format!("{}{}", &page[..begin], &page[after..])
}
