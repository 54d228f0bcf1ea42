//! The layers of options, from the defaults up: file, environment, flags.

use std::path::Path;

use anyhow::Context as _;
use config::{FileFormat, builder::DefaultState};

use super::options::{ALL, CONFIG};
use super::{Environment, Flags, Keys};

/// The file that is read when none is named, if it is there.
const DEFAULT_FILE: &str = "omnicontact.toml";

pub(super) fn layers(flags: &Flags, environment: &Environment) -> anyhow::Result<Keys> {
    let mut builder = config::Config::builder();
    for option in ALL {
        builder = builder.set_default(option.key, option.default)?;
    }
    let named = flags.get(CONFIG.key).or_else(|| environment.get(CONFIG.env));
    builder = add_file(builder, named)?;
    for option in ALL {
        let said = flags.get(option.key).or_else(|| environment.get(option.env));
        builder = builder.set_override_option(option.key, said)?;
    }
    let read = builder.build().and_then(config::Config::try_deserialize);
    let read = read.map_err(|error| anyhow::Error::msg(without_quotation(&error.to_string())));
    read.with_context(|| match named.or_else(|| Path::new(DEFAULT_FILE).exists().then_some(DEFAULT_FILE)) {
        Some(file) => format!("the configuration cannot be used (file {file})"),
        None => "the configuration cannot be used".to_owned(),
    })
}

type Builder = config::ConfigBuilder<DefaultState>;

fn add_file(builder: Builder, named: Option<&str>) -> anyhow::Result<Builder> {
    let path = Path::new(named.unwrap_or(DEFAULT_FILE));
    if named.is_none() && !path.exists() {
        return Ok(builder);
    }
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the configuration file {} cannot be read", path.display()))?;
    Ok(builder.add_source(config::File::from_str(&text, FileFormat::Toml)))
}

/// What is wrong and where, without the lines of the file that the parser quotes: they may hold a password.
fn without_quotation(error: &str) -> String {
    let is_quoted =
        |line: &str| line.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit()).starts_with('|');
    error.lines().filter(|line| !is_quoted(line)).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}
