//! Folders, databases, server processes and an HTTP client for the smoke tests.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::database::{Database, psql};

/// An empty folder and an empty database, which vanish at the end.
pub(crate) struct Home {
    folder: tempfile::TempDir,
    postgres: Option<Database>,
}

impl Home {
    pub(crate) fn sqlite() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), postgres: None }
    }

    pub(crate) fn postgres() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::create("smoke", &folder);
        Self { folder, postgres: Some(database) }
    }

    /// The URL of the database with a password, which the test server does not ask for; `None` for a file.
    pub(crate) fn url_with_password(&self, password: &str) -> Option<String> {
        let url = self.postgres.as_ref()?.url();
        let (user, place) = url.split_once('@')?;
        Some(format!("{user}:{password}@{place}"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The binary with a clean environment, in this folder, on this database.
    pub(crate) fn omnicontact(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_omnicontact"));
        command.args(args).current_dir(self.path()).env_clear().env("OMNICONTACT_LISTEN", "127.0.0.1:0");
        if let Some(database) = &self.postgres {
            command.env("OMNICONTACT_DATABASE_URL", database.url());
        }
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.omnicontact(args).output().unwrap()
    }

    /// Runs a command that must succeed and returns what it printed.
    pub(crate) fn run_well(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    /// Serves with further environment variables.
    pub(crate) fn serve_with(&self, environment: &[(&str, &str)]) -> Server {
        let mut command = self.omnicontact(&[]);
        command.envs(environment.iter().copied());
        Server::start(command)
    }

    /// A user with these roles and a personal access token: id and token.
    pub(crate) fn user(&self, username: &str, roles: &[&str]) -> Credentials {
        let mut args = vec!["user", "create", username];
        for role in roles {
            args.extend(["--role", role]);
        }
        self.run_well(&args);
        let printed = self.run_well(&["token", "create", username, "--name", "test"]);
        let value = |key: &str| {
            let line = printed.lines().find_map(|line| line.strip_prefix(key)).unwrap();
            line.trim_start_matches(':').trim().to_owned()
        };
        Credentials { user_id: value("X-User-Id"), token: value("X-Auth-Token") }
    }
}

impl Home {
    /// Whether the database is a server of its own, which several nodes may use.
    pub(crate) const fn has_server(&self) -> bool {
        self.postgres.is_some()
    }

    /// The file of a database that has one.
    pub(crate) fn database_file(&self) -> PathBuf {
        let mut paths = std::fs::read_dir(self.path()).unwrap().map(|entry| entry.unwrap().path());
        paths.find(|path| path.extension().is_some_and(|kind| kind == "db")).unwrap()
    }

    /// Ends all sessions with the database server, as a failover does; how many there were.
    pub(crate) fn end_sessions(&self) -> usize {
        self.count_sessions("count(pg_terminate_backend(pid))")
    }

    /// Sessions with the database server.
    pub(crate) fn sessions(&self) -> usize {
        self.count_sessions("count(*)")
    }

    fn count_sessions(&self, what: &str) -> usize {
        let Database { server, name } = self.postgres.as_ref().unwrap();
        let query = format!("select {what} from pg_stat_activity where datname = '{name}'");
        psql(server, &query).trim().parse().unwrap()
    }

    /// Ruins the database while servers use it.
    pub(crate) fn ruin_database(&self) {
        if let Some(database) = &self.postgres {
            database.remove();
            return;
        }
        for entry in std::fs::read_dir(self.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|kind| kind == "db" || kind == "db-wal") {
                let length = std::fs::metadata(&path).unwrap().len();
                let file = std::fs::File::options().write(true).open(&path).unwrap();
                (&file).write_all(&vec![0xa5; usize::try_from(length).unwrap()]).unwrap();
            }
        }
    }
}

/// What a client shows.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub(crate) user_id: String,
    pub(crate) token: String,
}

/// A serving process; killed when it goes out of scope.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
    log: Mutex<Receiver<String>>,
    printed: Mutex<Receiver<String>>,
    said: Arc<Mutex<String>>,
    agent: ureq::Agent,
}

/// A status and a JSON body.
pub(crate) type Answer = (u16, Value);

impl Server {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        let log = lines(child.stderr.take().unwrap(), &said);
        let printed = lines(child.stdout.take().unwrap(), &said);
        let mut seen = Vec::new();
        let address = loop {
            let Ok(line) = log.recv_timeout(Duration::from_secs(30)) else {
                panic!("the server does not serve: {seen:?}");
            };
            if let Some((_, rest)) = line.split_once("serves on ").and_then(|(_, url)| url.split_once("://"))
            {
                break rest.split(['"', ' ']).next().unwrap().to_owned();
            }
            seen.push(line);
        };
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .build();
        Self {
            child,
            address,
            log: Mutex::new(log),
            printed: Mutex::new(printed),
            said,
            agent: config.into(),
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn get(&self, path: &str, credentials: Option<&Credentials>) -> Answer {
        self.try_get(path, credentials).unwrap()
    }

    pub(crate) fn try_get(&self, path: &str, who: Option<&Credentials>) -> Result<Answer, ureq::Error> {
        let mut request = self.agent.get(self.url(path));
        if let Some(credentials) = who {
            request =
                request.header("X-User-Id", &credentials.user_id).header("X-Auth-Token", &credentials.token);
        }
        let mut response = request.call()?;
        Ok((response.status().as_u16(), response.body_mut().read_json().unwrap_or(Value::Null)))
    }

    pub(crate) fn post(&self, path: &str, who: Option<&Credentials>, body: &Value) -> Answer {
        self.try_post(path, who, body).unwrap()
    }

    pub(crate) fn try_post(
        &self,
        path: &str,
        who: Option<&Credentials>,
        body: &Value,
    ) -> Result<Answer, ureq::Error> {
        let mut request = self.agent.post(self.url(path));
        if let Some(credentials) = who {
            request =
                request.header("X-User-Id", &credentials.user_id).header("X-Auth-Token", &credentials.token);
        }
        let mut response = request.send_json(body)?;
        Ok((response.status().as_u16(), response.body_mut().read_json().unwrap_or(Value::Null)))
    }

    /// Registers a contact and returns its id.
    pub(crate) fn register(&self, who: &Credentials, body: &Value) -> String {
        let (status, answer) = self.post("/api/v1/omnichannel/contact", Some(who), body);
        assert_eq!(status, 200, "{answer}");
        answer["contact"].as_str().unwrap().to_owned()
    }

    /// Reads a contact.
    pub(crate) fn contact(&self, who: &Credentials, id: &str) -> Value {
        let (status, answer) = self.get(&format!("/api/v1/omnichannel/contact?contactId={id}"), Some(who));
        assert_eq!(status, 200, "{answer}");
        answer["contact"].clone()
    }

    pub(crate) fn log_in(&self, user: &str, password: &str) -> Credentials {
        let (status, answer) =
            self.post("/api/v1/login", None, &json!({ "user": user, "password": password }));
        assert_eq!(status, 200, "{answer}");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Credentials { user_id: text(&answer["data"]["userId"]), token: text(&answer["data"]["authToken"]) }
    }

    /// What the process printed to standard output so far, up to a line that contains `last`.
    pub(crate) fn printed_until(&self, last: &str) -> String {
        let printed = self.printed.lock().unwrap();
        let mut all = String::new();
        while !all.contains(last) {
            let line = printed.recv_timeout(Duration::from_secs(10)).expect("more output");
            all.push_str(&line);
            all.push('\n');
        }
        all
    }

    /// All log lines so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().try_iter().collect::<Vec<_>>().join("\n")
    }

    /// All that the process wrote to either output since its start.
    pub(crate) fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Sends any request; its status and the text of its body.
    pub(crate) fn send(&self, request: ureq::http::Request<String>) -> (u16, String) {
        let what = format!("{} {}", request.method(), request.uri());
        let mut response = self.agent.run(request).unwrap_or_else(|error| panic!("{what}: {error}"));
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    }

    pub(crate) fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// Ends the process as a power failure would, while others still use it.
    pub(crate) fn kill_9(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-9", &pid]).status().unwrap().success());
    }

    /// Asks the process to stop as an init system does; returns how long it took.
    pub(crate) fn terminate(mut self) -> Duration {
        let asked = Instant::now();
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status}");
        asked.elapsed()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines of an output, each also appended to what was said so far.
fn lines(from: impl Read + Send + 'static, said: &Arc<Mutex<String>>) -> Receiver<String> {
    let (sender, receiver) = channel();
    let said = Arc::clone(said);
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            said.lock().unwrap().extend([line.as_str(), "\n"]);
            // Nobody need listen for the whole of it to be kept.
            let _ = sender.send(line);
        }
    });
    receiver
}

/// A file in the folder.
pub(crate) fn write(home: &Home, name: &str, text: &str) -> PathBuf {
    let path = home.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}
