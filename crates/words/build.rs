//! Generates the functions of the texts in `texts/`; see `crates/words-build`.

use std::path::Path;
use std::process::exit;
use std::{env, fs};

use rising_words_build::{ForeignChoice, Source, generate};

/// The choices of the texts whose types are the model's.
const MODEL_CHOICES: [ForeignChoice<'_>; 4] = [
    ForeignChoice {
        argument: "level",
        path: "rising_model::domain::area::Level",
        variants: &[("ltla", "Ltla"), ("msoa", "Msoa")],
    },
    ForeignChoice {
        argument: "nation",
        path: "rising_model::domain::area::Nation",
        variants: &[
            ("england", "England"),
            ("wales", "Wales"),
            ("scotland", "Scotland"),
            ("ni", "NorthernIreland"),
            ("uk", "Uk"),
        ],
    },
    ForeignChoice {
        argument: "direction",
        path: "rising_model::domain::trend::Direction",
        variants: &[
            ("rising", "Rising"),
            ("falling", "Falling"),
            ("unchanged", "Unchanged"),
            ("unknown", "Unknown"),
        ],
    },
    ForeignChoice {
        argument: "grade",
        path: "rising_model::domain::clearness::Grade",
        variants: &[
            ("clear", "Clear"),
            ("probable", "Probable"),
            ("chance", "CouldBeChance"),
        ],
    },
];

fn main() {
    println!("cargo::rerun-if-changed=texts");
    if let Err(error) = write_texts() {
        println!("cargo::error={error}");
        exit(1);
    }
}

fn write_texts() -> Result<(), Box<dyn std::error::Error>> {
    let mut files = vec![];
    for entry in fs::read_dir("texts")? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "ftl") {
            let tag = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            files.push((tag, fs::read_to_string(&path)?));
        }
    }
    let sources: Vec<Source<'_>> = files
        .iter()
        .map(|(tag, content)| Source { tag, content })
        .collect();
    let out = Path::new(&env::var("OUT_DIR")?).join("texts.rs");
    Ok(fs::write(out, generate(&sources, &MODEL_CHOICES)?)?)
}
