//! The binary as its users run it: real processes, real databases, real HTTP.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

mod clients;
mod commands;
mod connections;
mod crash;
mod crowd;
#[path = "../support/database.rs"]
mod database;
mod exactness;
mod faults;
mod first_start;
mod https;
mod leaks;
mod limits;
mod load;
mod locked_out;
mod refusals;
mod support;
mod together;
mod two_nodes;
mod unanswered;

/// Runs a test on both stores, each as a test of its own.
macro_rules! on_both_stores {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[test]
                fn $name() {
                    super::$name(&crate::support::Home::sqlite());
                }
            )+
        }
        mod on_postgres {
            $(
                #[test]
                fn $name() {
                    super::$name(&crate::support::Home::postgres());
                }
            )+
        }
    };
}
pub(crate) use on_both_stores;
