//! PostgreSQL on this machine: its programs, the account it runs under, and clusters for tests and
//! development. Everything listens on the loopback address only and vanishes without a trace.

mod account;
mod binaries;
mod cluster;
mod guarded;

pub(crate) use cluster::{Cluster, Durability};
pub(crate) use guarded::GuardedCluster;
