//! The machine behind three ports: its clock, its randomness, and bcrypt on its spare threads.
//! Nothing else in the workspace may ask for the time or for random bytes.

mod bcrypt_hasher;
mod clock;
mod ids;

pub use bcrypt_hasher::BcryptHasher;
pub use clock::SystemClock;
pub use ids::OsIds;
