//! Imitates the dashboard's API: a list of areas, and for each area and year pages with count, next
//! and previous.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::server::{Reply, Request, Server};

pub const LISTING: &str = "/themes/infectious_disease/sub_themes/respiratory/topics/COVID-19/geography_types/Lower%20Tier%20Local%20Authority/geographies";

/// An area's code, and its figures by date, `YYYY-MM-DD`.
#[derive(Clone, Debug, Default)]
pub struct Area {
    pub code: String,
    pub days: BTreeMap<String, u32>,
}

/// The data of the dashboard.
#[derive(Clone, Debug)]
pub struct Dashboard {
    pub areas: BTreeMap<String, Area>,
    pub date: String,
    pub last_modified: Option<String>,
    /// Whether responses have an ETag, and requests are compared with it.
    pub etags: bool,
}

impl Default for Dashboard {
    fn default() -> Dashboard {
        Dashboard {
            areas: BTreeMap::new(),
            date: "Sat, 12 Dec 2020 09:30:00 GMT".into(),
            last_modified: None,
            etags: true,
        }
    }
}

impl Dashboard {
    /// Returns areas with different figures on the first `days` of a year.
    pub fn with(areas: &[(&str, &str)], year: i16, days: u16) -> Dashboard {
        let first = jiff::civil::date(year, 1, 1);
        let areas = areas.iter().zip(1u32..).map(|((name, code), seed)| {
            let days = (0..days).map(|n| {
                let date = first + jiff::Span::new().days(i64::from(n));
                (date.to_string(), seed * 1000 + u32::from(n))
            });
            (
                (*name).to_owned(),
                Area {
                    code: (*code).to_owned(),
                    days: days.collect(),
                },
            )
        });
        Dashboard {
            areas: areas.collect(),
            ..Dashboard::default()
        }
    }

    /// Returns the response to a request.
    pub fn respond(&self, base: &str, request: &Request) -> Reply {
        let path = percent_encoding::percent_decode_str(request.target.split('?').next().unwrap())
            .decode_utf8()
            .unwrap();
        let listing = percent_encoding::percent_decode_str(LISTING)
            .decode_utf8()
            .unwrap();
        let Some(rest) = path.strip_prefix(listing.as_ref()) else {
            return not_found();
        };
        let body = if rest.is_empty() {
            let link =
                |name: &String| json!({"name": name, "link": format!("{base}{LISTING}/{name}")});
            Value::Array(self.areas.keys().map(link).collect())
        } else {
            let name = rest
                .trim_start_matches('/')
                .trim_end_matches("/metrics/COVID-19_cases_casesByDay");
            let Some(area) = self.areas.get(name) else {
                return not_found();
            };
            page(name, area, base, request)
        };
        let body = body.to_string();
        let etag = format!(
            "\"{}\"",
            Sha256::digest(&body)[..4]
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect::<String>()
        );
        let mut reply = Reply::json(body).with("Date", &self.date);
        if let Some(date) = &self.last_modified {
            reply = reply.with("Last-Modified", date);
        }
        if self.etags {
            if request.header("if-none-match") == Some(&etag) {
                reply.status = "304 Not Modified";
            }
            reply = reply.with("ETag", &etag);
        }
        reply
    }
}

fn page(name: &str, area: &Area, base: &str, request: &Request) -> Value {
    let number = |key: &str, default: usize| {
        request
            .query(key)
            .map_or(default, |value| value.parse().unwrap())
    };
    let size = number("page_size", 5).min(365);
    let page = number("page", 1);
    let year = request.query("year").unwrap_or("");
    let days: Vec<_> = area
        .days
        .iter()
        .filter(|(date, _)| date.starts_with(year))
        .collect();
    let results: Vec<Value> = days
        .iter()
        .skip((page - 1) * size)
        .take(size)
        .map(|(date, count)| {
            json!({
                "theme": "infectious_disease", "sub_theme": "respiratory", "topic": "COVID-19",
                "geography_type": "Lower Tier Local Authority", "geography": name, "geography_code": area.code,
                "metric": "COVID-19_cases_casesByDay", "metric_group": "cases", "stratum": "default", "sex": "all", "age": "all",
                "year": year, "month": date[5..7], "epiweek": 1, "date": date, "metric_value": f64::from(**count),
                "in_reporting_delay_period": false
            })
        })
        .collect();
    let path = request.target.split('?').next().unwrap();
    let at = |page: usize| format!("{base}{path}?page={page}&page_size={size}&year={year}");
    let next = (page * size < days.len()).then(|| at(page + 1));
    let previous = (page > 1).then(|| at(page - 1));
    json!({"count": days.len(), "next": next, "previous": previous, "results": results})
}

pub fn not_found() -> Reply {
    Reply {
        status: "404 Not Found",
        ..Reply::json("{\"detail\":\"Not found.\"}")
    }
}

/// A dashboard on loopback whose data and behaviour can be changed.
#[derive(Clone)]
pub struct DashboardServer {
    pub server: Server,
    pub data: Arc<Mutex<Dashboard>>,
}

impl DashboardServer {
    pub fn start(dashboard: Dashboard) -> DashboardServer {
        let live = DashboardServer {
            server: Server::start(|_| not_found()),
            data: Arc::new(Mutex::new(dashboard)),
        };
        live.respond_normally();
        live
    }

    /// Responds like the dashboard from now on.
    pub fn respond_normally(&self) {
        self.change_responses(|_, reply| reply);
    }

    /// Changes each response from now on.
    pub fn change_responses(
        &self,
        change: impl Fn(&Request, Reply) -> Reply + Send + Sync + 'static,
    ) {
        let data = self.data.clone();
        let base = self.server.base.clone();
        self.server.set_handler(move |request| {
            let reply = data.lock().unwrap().respond(&base, request);
            change(request, reply)
        });
    }

    /// Returns the targets of the requests since the last call, without their common part.
    pub fn take_requests(&self) -> Vec<String> {
        let log = self.server.take_log();
        log.into_iter()
            .map(|request| {
                request
                    .target
                    .replace(LISTING, "")
                    .replace("/metrics/COVID-19_cases_casesByDay", "")
            })
            .collect()
    }
}
