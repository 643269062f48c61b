//! Feeds by address: a feed of one's own that its address describes, `feed.atom?section=riscv&title=kvm&not.kind=reply`.

use serde::Deserialize as _;
use serde_json::{Map, Value};
use url::form_urlencoded::{Serializer, parse};

use super::condition::Conditions;
use crate::facts::language::Language;
use crate::item::Listing;
use crate::text::{self, did_you_mean};

/// The longest query, in bytes.
const LONGEST: usize = 1024;

/// The parameter that asks for older items: those of issues before the one that it names.
const BEFORE: &str = "before";

/// A condition that an address may state.
struct Parameter {
    name: &'static str,
    /// Whether it takes several values, of which one must hold.
    is_list: bool,
    /// What it is called in a feed's name, in Chinese and in English; nothing for a section, whose name says enough.
    words: [&'static str; 2],
}

/// All of them, in the order that addresses have them in; with `not.` before the name, each must not hold.
const PARAMETERS: [Parameter; 9] = [
    Parameter { name: "section", is_list: true, words: ["", ""] },
    Parameter { name: "title", is_list: false, words: ["标题 ", "title "] },
    Parameter { name: "kind", is_list: true, words: ["类型 ", "kind "] },
    Parameter { name: "version", is_list: false, words: ["版本 ", "version "] },
    Parameter { name: "organisation", is_list: true, words: ["单位 ", "organisation "] },
    Parameter { name: "tree", is_list: true, words: ["代码树 ", "tree "] },
    Parameter { name: "list", is_list: true, words: ["邮件列表 ", "list "] },
    Parameter { name: "text", is_list: false, words: ["正文 ", "text "] },
    Parameter { name: "series", is_list: false, words: ["系列 ", "series "] },
];

/// What stands before a condition that must not hold.
const NOT: &str = "not.";

/// What an address asks for. Two addresses that ask for the same are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedAddress {
    /// What is asked for, in the order of addresses.
    asked: Vec<AskedCondition>,
    /// The issue before whose items it asks for; the newest items, if none.
    before: Option<String>,
}

/// A parameter that says nothing that can be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadParameter {
    /// Its name.
    pub name: String,
    /// What is wrong with it.
    pub cause: String,
}

/// A condition that an address states.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct AskedCondition {
    is_not: bool,
    /// The place of its parameter in the table.
    at: usize,
    /// Its values, each once and in their order.
    values: Vec<String>,
}

impl FeedAddress {
    /// Reads the query of an address. Parameters without a value say nothing.
    ///
    /// # Errors
    /// A parameter that there isn't, or that is there too often; a query that is too long.
    pub fn read(query: &str) -> Result<Self, BadParameter> {
        if query.len() > LONGEST {
            return Err(bad("the query", &format!("it is longer than {LONGEST} bytes")));
        }
        let (mut asked, mut before): (Vec<AskedCondition>, Option<String>) = (Vec::new(), None);
        for (name, value) in parse(query.as_bytes()) {
            let value = value.trim().to_owned();
            if name.starts_with("utm_") {
                continue; // it says where the address was found
            }
            if name == BEFORE {
                before = Some(value).filter(|value| !value.is_empty()).or(before);
                continue;
            }
            let (is_not, at) = parameter(&name)?;
            let values: Vec<String> = if PARAMETERS[at].is_list {
                value
                    .split(',')
                    .map(|value| value.trim().to_ascii_lowercase())
                    .filter(|value| !value.is_empty())
                    .collect()
            } else {
                Some(value).filter(|value| !value.is_empty()).into_iter().collect()
            };
            match asked.iter_mut().find(|other| (other.is_not, other.at) == (is_not, at)) {
                _ if values.is_empty() => {}
                Some(other) if PARAMETERS[at].is_list || other.values == values => other.values.extend(values),
                Some(_) => return Err(bad(&name, "this parameter takes one value, and is there twice")),
                None => asked.push(AskedCondition { is_not, at, values }),
            }
        }
        for condition in &mut asked {
            condition.values.sort_unstable();
            condition.values.dedup();
        }
        asked.sort_unstable();
        Ok(Self { asked, before })
    }

    /// The query in its one form, whatever the address had: `section=riscv&title=kvm`.
    pub fn query(&self) -> String {
        let mut query = Serializer::new(String::new());
        for condition in &self.asked {
            let name = condition.name();
            query.extend_pairs(condition.values.iter().map(|value| (&name, value)));
        }
        if let Some(before) = &self.before {
            query.append_pair(BEFORE, before);
        }
        query.finish()
    }

    /// The address of the items before an issue; of the newest, if there is none.
    #[must_use]
    pub fn page(&self, before: Option<&str>) -> Self {
        Self { asked: self.asked.clone(), before: before.map(str::to_owned) }
    }

    /// Whether it asks for older items.
    pub fn is_page(&self) -> bool {
        self.before.is_some()
    }

    /// The issues that it asks for items of.
    ///
    /// # Errors
    /// An issue that isn't there.
    pub fn listings<'a>(&self, listings: &'a [Listing]) -> Result<&'a [Listing], BadParameter> {
        let Some(before) = &self.before else { return Ok(listings) };
        let at = listings.iter().position(|listing| listing.slug == *before);
        at.map(|at| &listings[..at]).ok_or_else(|| bad(BEFORE, &format!("there is no issue {before:?}")))
    }

    /// The conditions that it states; all `listings` together tell the names that they may have.
    ///
    /// # Errors
    /// A value that can't be read, and one that names a section or a patch that isn't there.
    pub fn conditions(&self, listings: &[Listing]) -> Result<Conditions, BadParameter> {
        let (mut all, mut not) = (Map::new(), Map::new());
        for condition in &self.asked {
            let Parameter { name, is_list, .. } = &PARAMETERS[condition.at];
            let value = if *is_list { Value::from(&*condition.values) } else { Value::from(&*condition.values[0]) };
            let one = Map::from_iter([((*name).to_owned(), value.clone())]);
            read_conditions(one, listings).map_err(|cause| bad(&condition.name(), &cause))?;
            if condition.is_not { &mut not } else { &mut all }.insert((*name).to_owned(), value);
        }
        if !not.is_empty() {
            all.insert("not".to_owned(), Value::from(not));
        }
        read_conditions(all, listings).map_err(|cause| bad("the query", &cause))
    }

    /// What is wrong with conditions that take too long to look at every item with.
    pub(crate) fn too_slow(&self) -> BadParameter {
        let mut names = self.asked.iter().map(AskedCondition::name);
        let name = names.find(|name| name.ends_with("text")).unwrap_or_else(|| "title".to_owned());
        bad(&name, "looking at all items with this takes too long; write a simpler expression")
    }

    /// What it asks for, in words: `RISC-V · title kvm · not kind reply`.
    pub(super) fn words(&self, language: Language, listings: &[Listing]) -> String {
        let words = self.asked.iter().map(|condition| {
            let Parameter { name, words: [chinese, english], .. } = PARAMETERS[condition.at];
            let values = condition.values.iter().map(|value| match name {
                "section" => section_title(value, listings),
                _ => value.as_str(),
            });
            let not = if condition.is_not { language.pick("非 ", "not ") } else { "" };
            format!("{not}{}{}", language.pick(chinese, english), values.collect::<Vec<_>>().join(", "))
        });
        text::one_line(&text::legal(&words.collect::<Vec<_>>().join(" · ")))
    }

    /// What of it the search page can look for, as that page's query.
    pub fn search_query(&self) -> String {
        let mut query = Serializer::new(String::new());
        for condition in self.asked.iter().filter(|condition| !condition.is_not) {
            if let ("section" | "kind" | "version" | "list" | "organisation", [value]) =
                (PARAMETERS[condition.at].name, &*condition.values)
            {
                query.append_pair(PARAMETERS[condition.at].name, value);
            }
        }
        query.finish()
    }
}

impl AskedCondition {
    /// The name of its parameter.
    fn name(&self) -> String {
        let name = PARAMETERS[self.at].name;
        if self.is_not { [NOT, name].concat() } else { name.to_owned() }
    }
}

/// The parameter of a name: whether it must not hold, and its place in the table.
fn parameter(name: &str) -> Result<(bool, usize), BadParameter> {
    let (is_not, condition) = name.strip_prefix(NOT).map_or((false, name), |condition| (true, condition));
    if let Some(at) = PARAMETERS.iter().position(|parameter| parameter.name == condition) {
        return Ok((is_not, at));
    }
    let known = PARAMETERS.map(|parameter| parameter.name);
    let meant = did_you_mean(condition, known.into_iter().chain([BEFORE]));
    let known = known.join(", ");
    Err(bad(
        name,
        &format!(
            "there is no such parameter{meant}; the parameters are {known}, each also with {NOT} before its name, and {BEFORE}"
        ),
    ))
}

/// Reads conditions, and looks for what they name.
fn read_conditions(all: Map<String, Value>, listings: &[Listing]) -> Result<Conditions, String> {
    let mut conditions = Conditions::deserialize(Value::from(all)).map_err(|err| err.to_string())?;
    conditions.find_series(listings);
    conditions.unknown(listings).map_or(Ok(conditions), Err)
}

/// What a section is called.
fn section_title<'a>(slug: &'a str, listings: &'a [Listing]) -> &'a str {
    let mut sections = listings.iter().rev().flat_map(|listing| &listing.items).flat_map(|item| &item.sections);
    sections.find(|section| section.slug.eq_ignore_ascii_case(slug)).map_or(slug, |section| &section.title)
}

fn bad(name: &str, cause: &str) -> BadParameter {
    BadParameter { name: name.to_owned(), cause: cause.to_owned() }
}
