//! What is delivered, and what is seen of it.

use std::time::Duration;

use super::item::PostItem;
use super::message::{self, MessageForm};
use super::target::Target;
use crate::net::Access;

/// What is delivered, and where.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    /// The target.
    pub target: &'a Target,
    /// The feed, as the memory knows it: its slug or its address.
    pub feed: &'a str,
    /// The feed's title.
    pub title: &'a str,
    /// Its items, the oldest first.
    pub items: &'a [PostItem],
    /// The first time, how many issues are sent, the newest; all others are passed by.
    pub history: usize,
    /// Ids of refused items that are tried again.
    pub again: &'a [String],
    /// How servers are reached.
    pub access: &'a Access,
}

/// What happens while messages are delivered.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// The user should know this, whatever happens.
    Said(&'a str),
    /// The user may like to know this.
    Noted(&'a str),
    /// A message was sent; so many are to come.
    Sent(usize),
    /// The run waits for so long, as the service asks, or so as not to be in its way.
    Waiting(Duration),
}

/// What was delivered.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Delivered {
    /// The messages that were sent.
    pub messages: usize,
    /// The items in them.
    pub items: usize,
    /// The items that the service refused.
    pub refused: usize,
    /// The items that are left for the next run.
    pub left: usize,
}

impl<'a> Delivery<'a> {
    /// How messages are made.
    pub(super) fn form(&self) -> MessageForm<'a> {
        let group = message::group(self.target, self.items);
        let service = self.target.service;
        MessageForm { target: &self.target.name, service, group, limit: service.limit, feed: self.title }
    }
}
