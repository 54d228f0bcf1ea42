//! PostgreSQL on this machine: its programs, the account it runs under, and clusters for tests and
//! development. Everything listens on the loopback address only and vanishes without a trace.

mod account;
mod binaries;
mod cluster;
mod guarded;
mod kept;

pub(crate) use guarded::GuardedCluster;
pub(crate) use kept::KeptCluster;
