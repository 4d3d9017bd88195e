//! WebDriver BiDi: commands and events over a socket.

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
    /// Those that came with the answers so far and have not been asked for.
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

    /// The events since this was last asked. The browser sends them in order, so those before any
    /// answer are here with it.
    pub async fn events(&mut self) -> Result<Vec<Value>> {
        self.command("session.status", json!({})).await?;
        Ok(std::mem::take(&mut self.events))
    }

    /// Puts one back for whom it concerns.
    pub fn keep(&mut self, event: Value) {
        self.events.push(event);
    }
}
