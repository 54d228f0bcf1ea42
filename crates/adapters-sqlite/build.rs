//! Embeds migrations anew when a file is added; `sqlx::migrate!` alone notices only changed ones.
#![expect(clippy::print_stdout, reason = "the way to talk to cargo")]

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
