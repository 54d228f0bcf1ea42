//! Certificates end after weeks, and programs such as certbot write new ones while the server runs. Both files are read
//! every few seconds, whole: times of files are too coarse to tell, and links may point elsewhere.

use std::convert::Infallible;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;

use super::pair::Pair;
use crate::config::TlsFiles;

const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The certificate that new connections are served with.
#[derive(Debug)]
pub(super) struct InUse(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for InUse {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// Looks at the files.
pub(crate) struct Renewal {
    files: TlsFiles,
    in_use: Arc<InUse>,
    /// What the last look found: the files, or why they cannot be read. Each is judged once.
    seen: Result<Pair, String>,
}

impl Renewal {
    pub(super) fn begin(files: TlsFiles) -> anyhow::Result<(Self, Arc<InUse>)> {
        let pair = Pair::read(&files)?;
        let in_use = Arc::new(InUse(RwLock::new(Arc::new(pair.certified(&files)?))));
        Ok((Self { files, in_use: Arc::clone(&in_use), seen: Ok(pair) }, in_use))
    }

    /// Looks for as long as the server runs.
    pub(crate) async fn keep_up(mut self) -> Infallible {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let files = self.files.clone();
            // A file system may be slow to answer.
            match tokio::task::spawn_blocking(move || Pair::read(&files)).await {
                Ok(read) => self.judge(read),
                Err(error) => tracing::warn!(%error, "the files of the certificate could not be looked at"),
            }
        }
    }

    /// Takes what is new and fits. Everything else leaves the old one in use.
    fn judge(&mut self, read: anyhow::Result<Pair>) {
        let read = read.map_err(|error| format!("{error:#}"));
        if read == self.seen {
            return;
        }
        self.seen = read;
        let certified = match &self.seen {
            Ok(pair) => pair.certified(&self.files).map_err(|error| format!("{error:#}")),
            Err(reason) => Err(reason.clone()),
        };
        match certified {
            Ok(certified) => {
                *self.in_use.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(certified);
                tracing::info!("the certificate was renewed; new connections are served with it");
            }
            Err(reason) => {
                tracing::warn!(%reason, "the certificate was not renewed; the old one stays in use");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a fresh pair, and returns the certificate.
    fn renew(files: &TlsFiles) -> Vec<u8> {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(&files.certificate, made.cert.pem()).unwrap();
        std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
        made.cert.der().to_vec()
    }

    fn used(in_use: &InUse) -> Vec<u8> {
        in_use.0.read().unwrap().cert[0].to_vec()
    }

    #[test]
    fn a_pair_that_fits_is_taken_and_any_other_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let files = TlsFiles { certificate: folder.path().join("c.pem"), key: folder.path().join("k.pem") };
        let first = renew(&files);
        let (mut renewal, in_use) = Renewal::begin(files.clone()).unwrap();
        let mut look = || renewal.judge(Pair::read(&files));
        look();
        assert_eq!(used(&in_use), first);

        let second = renew(&files);
        look();
        assert_eq!(used(&in_use), second);

        // The key of a third one, whose certificate is not there yet; then nothing at all.
        let old = std::fs::read(&files.certificate).unwrap();
        let third = renew(&files);
        let new = std::fs::read(&files.certificate).unwrap();
        std::fs::write(&files.certificate, old).unwrap();
        look();
        assert_eq!(used(&in_use), second);
        std::fs::remove_file(&files.certificate).unwrap();
        look();
        assert_eq!(used(&in_use), second);
        std::fs::write(&files.certificate, new).unwrap();
        look();
        assert_eq!(used(&in_use), third);
    }
}
