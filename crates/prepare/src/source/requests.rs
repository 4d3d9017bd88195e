//! Holds the configuration's settings of requests.

use std::time::Duration;

use serde::Deserialize;

use super::error::SourceError;

/// The most threads: more would not be polite to a public service.
const MAX_THREADS: u64 = 8;

/// The settings of requests: `[….requests]` of a source.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Requests {
    /// An e-mail address or page that is sent in User-Agent, so that the publisher can write before
    /// blocking.
    pub contact: Option<String>,
    /// Other servers that a redirect may lead to: a host, with its port unless that is the default.
    pub redirect_hosts: Vec<String>,
    /// Number of concurrent requests, 1 to 8.
    pub concurrency: u8,
    /// Least time between the starts of two requests, in milliseconds.
    pub interval_ms: u64,
    /// Number of attempts before a request counts as failed.
    pub tries: u8,
    /// First wait before a retry, in milliseconds. It doubles with each attempt, and the actual
    /// wait is a random part of it.
    pub backoff_ms: u64,
    /// Longest wait before a retry, in seconds, even if the server asks for more with Retry-After.
    pub longest_wait_s: u64,
    /// Time to connect, in seconds.
    pub connect_s: u64,
    /// Longest silence, in seconds: before a response begins, and between its parts.
    pub silence_s: u64,
    /// Time for all requests of a fetch, in minutes.
    pub deadline_min: u64,
}

impl Default for Requests {
    fn default() -> Requests {
        Requests {
            contact: None,
            redirect_hosts: vec![],
            concurrency: 4,
            interval_ms: 100,
            tries: 5,
            backoff_ms: 1000,
            longest_wait_s: 300,
            connect_s: 10,
            silence_s: 60,
            deadline_min: 120,
        }
    }
}

impl Requests {
    /// Checks the settings.
    pub(super) fn check(&self) -> Result<(), SourceError> {
        for (field, value, least, most) in [
            (
                "requests.concurrency",
                self.concurrency.into(),
                1,
                MAX_THREADS,
            ),
            ("requests.interval_ms", self.interval_ms, 0, 3_600_000),
            ("requests.tries", self.tries.into(), 1, 100),
            ("requests.backoff_ms", self.backoff_ms, 0, 3_600_000),
            ("requests.longest_wait_s", self.longest_wait_s, 0, 86_400),
            ("requests.connect_s", self.connect_s, 1, 3600),
            ("requests.silence_s", self.silence_s, 1, 3600),
            ("requests.deadline_min", self.deadline_min, 1, 10_080),
        ] {
            if !(least..=most).contains(&value) {
                let reason = format!("{value} is not between {least} and {most}");
                return Err(SourceError::Setting { field, reason });
            }
        }
        if let Some(contact) = self.contact.as_deref()
            && !contact
                .bytes()
                .all(|byte| (b' '..=b'~').contains(&byte) && !b"()\\".contains(&byte))
        {
            let reason = format!(
                "\"{contact}\" cannot be sent in a header; use ASCII letters without parentheses"
            );
            return Err(SourceError::Setting {
                field: "requests.contact",
                reason,
            });
        }
        Ok(())
    }

    /// Returns the User-Agent, which the publisher sees in its log.
    pub(super) fn user_agent(&self) -> String {
        let agent = concat!("rising-prepare/", env!("CARGO_PKG_VERSION"));
        self.contact.as_ref().map_or_else(
            || agent.to_owned(),
            |contact| format!("{agent} ({contact})"),
        )
    }

    pub(super) fn interval(&self) -> Duration {
        Duration::from_millis(self.interval_ms)
    }

    pub(super) fn longest_wait(&self) -> Duration {
        Duration::from_secs(self.longest_wait_s)
    }

    pub(super) fn deadline(&self) -> Duration {
        Duration::from_secs(self.deadline_min * 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_names_invalid_settings() {
        assert!(Requests::default().check().is_ok());
        let refused = |requests: Requests| requests.check().unwrap_err().to_string();
        for concurrency in [0, 9] {
            let text = refused(Requests {
                concurrency,
                ..Requests::default()
            });
            assert!(
                text.contains("requests.concurrency") && text.contains("between 1 and 8"),
                "{text}"
            );
        }
        assert!(
            refused(Requests {
                tries: 0,
                ..Requests::default()
            })
            .contains("requests.tries")
        );
        assert!(
            refused(Requests {
                silence_s: 0,
                ..Requests::default()
            })
            .contains("requests.silence_s")
        );
        let endless = Requests {
            deadline_min: u64::MAX,
            ..Requests::default()
        };
        assert!(refused(endless).contains("requests.deadline_min"));
        let contact = Some("data@example.org\r\nX-Evil: 1".to_owned());
        assert!(
            refused(Requests {
                contact,
                ..Requests::default()
            })
            .contains("requests.contact")
        );
    }

    #[test]
    fn user_agent_contains_contact() {
        let contact = Some("data@example.org".to_owned());
        let agent = Requests {
            contact,
            ..Requests::default()
        }
        .user_agent();
        assert!(
            agent.starts_with("rising-prepare/") && agent.ends_with("(data@example.org)"),
            "{agent}"
        );
    }
}
