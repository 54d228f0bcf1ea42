//! The certificate and its private key, from two files. The key is never shown, nor is any part of a file that may hold
//! it: the errors of the PEM parser quote what they do not understand.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::CertifiedKey;

use crate::config::TlsFiles;
use crate::config::options::{TLS_CERTIFICATE, TLS_KEY};

/// No chain and no key is as long; a device that never ends is.
const LONGEST_FILE: u64 = 1 << 20;

/// What the two files hold.
#[derive(PartialEq, Eq)]
pub(super) struct Pair {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl Pair {
    pub(super) fn read(files: &TlsFiles) -> anyhow::Result<Self> {
        Ok(Self { certificate: read(TLS_CERTIFICATE, &files.certificate)?, key: read(TLS_KEY, &files.key)? })
    }

    /// What connections are served with, if the two fit together.
    pub(super) fn certified(&self, files: &TlsFiles) -> anyhow::Result<CertifiedKey> {
        let certificate = files.certificate.display();
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&self.certificate)
            .collect::<Result<_, _>>()
            .ok()
            .filter(|chain: &Vec<_>| !chain.is_empty())
            .with_context(|| format!("`{TLS_CERTIFICATE}`: {certificate} holds no certificate in PEM"))?;
        let key = files.key.display();
        let private_key = PrivateKeyDer::from_pem_slice(&self.key).ok().with_context(|| {
            format!("`{TLS_KEY}`: {key} holds no private key in PEM, or one that is encrypted")
        })?;
        CertifiedKey::from_der(chain, private_key, &ring::default_provider()).with_context(|| {
            format!(
                "the key in {key} (`{TLS_KEY}`) and the certificate in {certificate} (`{TLS_CERTIFICATE}`) \
                 cannot be used together"
            )
        })
    }
}

fn read(option: &str, path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut content = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LONGEST_FILE).read_to_end(&mut content))
        .with_context(|| format!("`{option}`: {} cannot be read", path.display()))?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use rcgen::{CertifiedKey as Made, KeyPair, generate_simple_self_signed};

    use super::*;

    fn made() -> Made<KeyPair> {
        generate_simple_self_signed(["localhost".to_owned()]).unwrap()
    }

    /// What is said of these two files.
    fn complaint(certificate: &str, key: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let files = TlsFiles { certificate: folder.path().join("c.pem"), key: folder.path().join("k.pem") };
        std::fs::write(&files.certificate, certificate).unwrap();
        std::fs::write(&files.key, key).unwrap();
        let certified = Pair::read(&files).unwrap().certified(&files);
        certified.map_or_else(|error| format!("{error:#}"), |_| "nothing".to_owned())
    }

    #[test]
    fn a_certificate_and_its_key_are_taken() {
        let made = made();
        assert_eq!(complaint(&made.cert.pem(), &made.signing_key.serialize_pem()), "nothing");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named_with_its_option() {
        let folder = tempfile::tempdir().unwrap();
        let files = TlsFiles { certificate: folder.path().join("c.pem"), key: folder.path().join("k.pem") };
        let said = |files: &TlsFiles| format!("{:#}", Pair::read(files).err().unwrap());
        assert!(said(&files).contains("`tls_certificate`") && said(&files).contains("c.pem"));
        std::fs::write(&files.certificate, "").unwrap();
        assert!(said(&files).contains("`tls_key`") && said(&files).contains("k.pem"));
    }

    #[test]
    fn a_file_that_holds_something_else_is_named_with_its_option() {
        let (one, key) = (made().cert.pem(), made().signing_key.serialize_pem());
        for certificate in ["", "nonsense", &key, "-----BEGIN CERTIFICATE-----\nAAAA", "-----BEGIN X"] {
            let said = complaint(certificate, &key);
            assert!(said.contains("`tls_certificate`") && said.contains("c.pem holds no"), "{said}");
        }
        for key in ["", "nonsense", &one, &key.replace("PRIVATE", "ENCRYPTED PRIVATE")] {
            let said = complaint(&one, key);
            assert!(said.contains("`tls_key`") && said.contains("k.pem holds no"), "{said}");
        }
        let no_key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        let no_certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for said in [complaint(&one, no_key), complaint(no_certificate, &key)] {
            assert!(
                said.contains("k.pem (`tls_key`)") && said.contains("c.pem (`tls_certificate`)"),
                "{said}"
            );
        }
    }

    #[test]
    fn a_key_that_does_not_fit_is_refused() {
        let said = complaint(&made().cert.pem(), &made().signing_key.serialize_pem());
        assert!(said.contains("k.pem (`tls_key`)") && said.contains("c.pem (`tls_certificate`)"), "{said}");
    }

    #[test]
    fn nothing_of_a_key_is_said() {
        let made = made();
        let key = made.signing_key.serialize_pem();
        let secret = key.lines().nth(1).unwrap();
        for broken in [key.replace('\n', ""), key.replace("END", "FIN"), key.replace(secret, &secret[1..])] {
            assert!(broken.contains(&secret[1..]));
            let said = complaint(&made.cert.pem(), &broken);
            let bytes = format!("{:?}", &secret.as_bytes()[1..20]);
            assert!(said.contains("`tls_key`"), "{said}");
            assert!(
                !said.contains(&secret[1..20]) && !said.contains(bytes.trim_matches(['[', ']'])),
                "{said}"
            );
        }
    }
}
