//! Posts a feed's items to chat, mail and other services: each once and in order, or said.
//!
//! ```text
//! items ──▶ message ──────▶ deliver ─────────▶ a service
//! of a      which items,    remembers, sends,   one file each,
//! feed      their text      waits, tries again  in a table
//! ```
//!
//! A [`Target`] is a place at a service. [`message`] makes messages of the items that the target's memory doesn't know. [`deliver()`]
//! sends them and remembers each step. A service's file says what is special about it: its settings, its markup, its limits, and how a
//! message is sent.

pub mod account;
mod channel;
mod deliver;
mod delivery;
mod full_width;
mod html;
pub mod http;
pub mod item;
pub mod marks;
pub mod message;
mod queue;
mod robot;
pub mod service;
mod services;
pub mod settings;
pub mod target;
pub mod text;
pub mod unsent;
mod wire;

pub use deliver::{deliver, plan, test};
pub use delivery::{Delivered, Delivery, Event};
pub use item::PostItem;
pub use service::{Message, Service};
pub use services::{SERVICES, service};
pub use target::Target;
