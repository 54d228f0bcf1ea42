//! Another program that keeps the database file to itself for a while.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use crate::support::Home;

/// Holds the lock of a writer until its input ends.
const PROGRAM: &str = "
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
database.execute('begin exclusive')
print('locked', flush=True)
sys.stdin.read()
database.execute('rollback')
";

pub(super) struct Lock {
    program: Child,
}

impl Lock {
    pub(super) fn take(home: &Home) -> Self {
        let python = crate::clients::required("OMNICONTACT_TEST_PYTHON");
        let mut command = Command::new(python);
        command.args(["-c", PROGRAM]).arg(home.database_file());
        let mut program = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert_eq!(said, "locked\n");
        Self { program }
    }

    pub(super) fn release(mut self) {
        drop(self.program.stdin.take());
        assert!(self.program.wait().unwrap().success());
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
