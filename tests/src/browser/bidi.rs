//! Sends WebDriver BiDi commands and receives events over a socket.

use anyhow::{Context as _, Result, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// The connection of one session.
#[derive(Debug)]
pub(super) struct BiDi {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last: u64,
    /// Events that arrived and have not been requested yet.
    events: Vec<Value>,
}

impl BiDi {
    pub async fn connect(address: &str) -> Result<Self> {
        let (socket, _) = connect_async(address)
            .await
            .with_context(|| format!("no connection to {address}"))?;
        Ok(Self {
            socket,
            last: 0,
            events: Vec::new(),
        })
    }

    /// Sends a command and waits for its answer.
    pub async fn command(&mut self, name: &str, parameters: Value) -> Result<Value> {
        self.last += 1;
        let message = json!({ "id": self.last, "method": name, "params": parameters });
        self.socket.send(Message::text(message.to_string())).await?;
        loop {
            let message = self
                .socket
                .next()
                .await
                .context("the browser ended the connection")??;
            let Message::Text(text) = message else {
                continue;
            };
            let mut message: Value = serde_json::from_str(&text)?;
            if message["type"] == "event" {
                self.events.push(message);
            } else if message["id"] == self.last {
                if message["type"] == "error" {
                    bail!("{name}: {} {}", message["error"], message["message"]);
                }
                return Ok(message["result"].take());
            }
        }
    }

    /// Returns the events since the last call. The browser sends them in order, so the answer to
    /// any command comes after all earlier events.
    pub async fn events(&mut self) -> Result<Vec<Value>> {
        self.command("session.status", json!({})).await?;
        Ok(std::mem::take(&mut self.events))
    }

    /// Returns an event to the queue for another reader.
    pub fn put_back(&mut self, event: Value) {
        self.events.push(event);
    }
}
