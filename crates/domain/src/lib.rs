//! The rules of an omnichannel contact directory, and nothing else.
//!
//! This crate holds the vocabulary (contacts, visitors, channels, custom fields, users, roles,
//! permissions, settings) and every rule about them. It is synchronous and pure: no I/O, no clock, no
//! randomness, no SQL, no HTTP. Ids and times are arguments. Front ends and stores bring those.
//!
//! Where to look:
//!
//! | question | module |
//! |---|---|
//! | who may do what? | [`policy`], the catalogue in [`permission`], the built-in roles in [`role`] |
//! | what is a contact, a channel, a conflict? how do contacts change, merge, disappear? | [`contact`] |
//! | how do conversations begin, go on and end, and what do contacts show of them? | [`conversation`] |
//! | to which group of agents does a conversation go? | [`department`] |
//! | what is a visitor, the "contact" of the first API? | [`visitor`] |
//! | when are two addresses or numbers the same? | [`email`], [`phone`] |
//! | which contact fits a text? | [`search`] |
//! | which custom values are allowed? | [`custom_field`], [`pattern`] |
//! | who may log in, and with what? | [`login`], [`token`], [`password`], [`shared_secret`], [`user`] |
//! | what can an operator change while the server runs? | [`setting`] |
//! | who guesses passwords, and who changed what? | [`login_throttle`], [`login_attempt`], [`audit`] |
//! | which part of a list, in which order? | [`page`], [`sort`] |
//!
//! ```
//! use omnicontact_domain::permission::VIEW_L_ROOM;
//! use omnicontact_domain::policy::{Actor, Grants, Requirement, authorize};
//! use omnicontact_domain::role::RoleId;
//!
//! let mut grants = Grants::default();
//! grants.insert(VIEW_L_ROOM, vec![RoleId::from("livechat-agent")]);
//! let agent = Actor::new("u1", Some("kim.jane"), vec![RoleId::from("livechat-agent")], grants);
//!
//! const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);
//! assert!(authorize(&agent, &REQUIRES).is_ok());
//! ```
#![deny(missing_docs)]

pub mod audit;
pub mod contact;
pub mod conversation;
pub mod custom_field;
pub mod department;
pub mod email;
pub mod id;
pub mod login;
pub mod login_attempt;
pub mod login_throttle;
pub mod page;
pub mod password;
pub mod pattern;
pub mod permission;
pub mod phone;
pub mod policy;
pub mod role;
pub mod search;
pub mod setting;
pub mod shared_secret;
pub mod sort;
pub mod text;
pub mod time;
pub mod token;
pub mod user;
pub mod value;
pub mod version;
pub mod visitor;
