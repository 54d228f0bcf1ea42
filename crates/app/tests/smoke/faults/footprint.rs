//! What a serving process holds: memory, open files, connections to the database.

use std::path::Path;

use crate::load::stage::Stage;

/// Growth that is no leak: buffers that were not needed before, clients that come and go.
const SPARE_MEMORY_KB: u64 = 32 * 1024;
const SPARE_FILES: usize = 24;

#[derive(Debug)]
pub(super) struct Footprint {
    /// Resident memory; zero where the system does not tell.
    memory_kb: u64,
    /// Open files and sockets; zero where the system does not tell.
    files: usize,
    /// Sessions with the database server; zero without one.
    sessions: usize,
}

impl Footprint {
    /// Of the first server.
    pub(super) fn of(stage: &Stage<'_>) -> Self {
        let process = Path::new("/proc").join(stage.servers[0].process_id().to_string());
        let status = std::fs::read_to_string(process.join("status")).unwrap_or_default();
        let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        Self {
            memory_kb: memory.map_or(0, |text| text.trim().trim_end_matches(" kB").parse().unwrap()),
            files: std::fs::read_dir(process.join("fd")).map_or(0, Iterator::count),
            sessions: if stage.home.has_server() { stage.home.sessions() } else { 0 },
        }
    }

    pub(super) fn assert_not_outgrown_by(&self, later: &Self) {
        assert!(
            later.memory_kb <= self.memory_kb + SPARE_MEMORY_KB
                && later.files <= self.files + SPARE_FILES
                && later.sessions <= self.sessions.max(crate::load::stage::POOL),
            "something leaks: {self:?}, later {later:?}"
        );
    }
}
