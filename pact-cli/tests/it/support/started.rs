//! A broker that the program itself runs, as a team would start it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout};

use super::{Outcome, Pact};

/// A running `pact broker start`; it is stopped when dropped.
pub(crate) struct Started {
    child: Child,
    url: String,
    /// A program that cannot print ends.
    output: BufReader<ChildStdout>,
}

impl Started {
    /// Starts a broker on a free port, in a folder, with more options.
    pub(crate) fn on(folder: &Path, options: &[&str]) -> Self {
        let arguments = ["broker", "start", "--port", "0"].into_iter();
        Self::of(Pact::new(arguments.chain(options.iter().copied())).within(folder))
    }

    /// Starts a broker as the run says.
    pub(crate) fn of(run: Pact) -> Self {
        let mut child = run.spawn();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let Some(url) = line.trim().strip_prefix("broker at ") else {
            let said = child.wait_with_output().unwrap();
            panic!("the broker did not start: {said:?}");
        };
        Self {
            url: url.to_owned(),
            child,
            output,
        }
    }

    /// Returns the URL it says it has.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Returns its process id.
    #[cfg(target_os = "linux")]
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Returns the next line it prints.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Runs `pact broker …` against it, with words as a shell would split them.
    pub(crate) fn sh(&self, folder: &Path, words: &str) -> Outcome {
        Pact::broker(&self.url, words.split_whitespace())
            .within(folder)
            .run()
    }

    /// Sends one request, and returns the status and the whole answer.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> (u16, String) {
        let address = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).unwrap();
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        write!(stream, "{request}\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer)
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // One that ended by itself need not be stopped.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
