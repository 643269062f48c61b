//! The workflows that check and publish a newsletter in its forge.
//!
//! What a user named stands in them as words of a shell, within blocks that YAML takes as they are, so no name can mean
//! anything to YAML, to the shell, or to the forge, whose expressions (`${{ … }}`, `$[[ … ]]`) come before both.

use askama::Template;
use clap::ValueEnum;
use url::Url;

/// Where a workflow publishes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PublishTarget {
    /// The forge's own pages
    Pages,
    /// A bucket of an object storage, by `patchfeed deploy`
    S3,
    /// A branch named `feeds`
    Branch,
}

/// A forge that runs workflows.
pub(super) struct CiForge {
    /// What it is called on the command line.
    pub(super) name: &'static str,
    /// Where it looks for a workflow.
    pub(super) path: &'static str,
    /// What its pages are called.
    pub(super) pages: &'static str,
    /// Whether its workflows know the address of their pages.
    pub(super) knows_address: bool,
    /// What the user does in the forge, by what is published to.
    pub(super) set_up: fn(PublishTarget) -> SetUp,
    /// The branch that its pages are, where they are one.
    pages_branch: Option<&'static str>,
    /// Makes a YAML scalar of an address.
    scalar: fn(&Url) -> String,
    render: fn(&Plan) -> askama::Result<String>,
}

/// What the user does in a forge besides pushing the workflow.
pub(super) enum SetUp {
    /// What its first run needs.
    Before(&'static str),
    /// What has to wait for it.
    After(&'static str),
}

/// Every forge that gets a workflow.
pub(super) const CI_FORGES: [CiForge; 3] = [
    CiForge {
        name: "github",
        path: ".github/workflows/patchfeed.yml",
        pages: "GitHub Pages",
        knows_address: true,
        set_up: |target| match target {
            PublishTarget::Pages => SetUp::Before("under Settings, Pages, choose GitHub Actions as the source"),
            PublishTarget::S3 => SetUp::Before(
                "under Settings, Secrets and variables, Actions, add the secrets AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and \
                 AWS_REGION",
            ),
            PublishTarget::Branch => {
                SetUp::After("to have GitHub Pages serve the branch, choose it under Settings, Pages, once it is there")
            }
        },
        pages_branch: None,
        scalar: quoted,
        render: |plan| GithubWorkflow { plan }.render(),
    },
    CiForge {
        name: "gitlab",
        path: ".gitlab-ci.yml",
        pages: "GitLab Pages",
        knows_address: true,
        set_up: |target| match target {
            PublishTarget::Pages => SetUp::After("Deploy, Pages shows the address, once the site is there"),
            PublishTarget::S3 => SetUp::Before(
                "under Settings, CI/CD, Variables, add AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, masked and \
                 protected",
            ),
            PublishTarget::Branch => {
                SetUp::Before("under Settings, CI/CD, Job token permissions, allow Git push requests to the repository")
            }
        },
        pages_branch: None,
        scalar: |url| quoted(url).replace('$', "$$"), // variables are looked for there
        render: |plan| GitlabWorkflow { plan }.render(),
    },
    CiForge {
        name: "forgejo",
        path: ".forgejo/workflows/patchfeed.yml",
        pages: "the branch `pages`, which Codeberg serves",
        knows_address: false,
        set_up: |target| match target {
            PublishTarget::Pages | PublishTarget::Branch => {
                SetUp::Before("under Settings, switch Actions on, which need a runner for the label docker")
            }
            PublishTarget::S3 => SetUp::Before(
                "under Settings, switch Actions on, which need a runner for the label docker, and add the secrets \
                 AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION",
            ),
        },
        pages_branch: Some("pages"),
        scalar: quoted,
        render: |plan| ForgejoWorkflow { plan }.render(),
    },
];

/// What a workflow is made of.
struct Plan {
    target: PublishTarget,
    /// The version of patchfeed that it installs.
    version: &'static str,
    /// What the commands that read issues are told besides the options that each has of its own, as words of a shell with a space before each.
    arguments: String,
    /// Those of them that name the configuration.
    config: String,
    /// The address of the site, as a YAML scalar; none if the forge tells it.
    base_url: Option<String>,
    /// The branch that has the site, if one does.
    branch: Option<&'static str>,
    /// Whether the configuration says where objects go.
    names_bucket: bool,
}

impl Plan {
    fn is_pages(&self) -> bool {
        self.target == PublishTarget::Pages
    }

    fn is_s3(&self) -> bool {
        self.target == PublishTarget::S3
    }

    /// The lines that take what is published, to build over it.
    fn take(&self) -> &'static str {
        match self.branch {
            Some(_) => include_str!("take_branch.sh").trim_end(),
            None => include_str!("take_pages.sh").trim_end(),
        }
    }
}

/// The lines that push the site to its branch.
const PUSH: &str = include_str!("push_branch.sh");

#[derive(Template)]
#[template(path = "github.yml", config = "src/command/init/askama.toml")]
struct GithubWorkflow<'a> {
    plan: &'a Plan,
}

#[derive(Template)]
#[template(path = "gitlab.yml", config = "src/command/init/askama.toml")]
struct GitlabWorkflow<'a> {
    plan: &'a Plan,
}

#[derive(Template)]
#[template(path = "forgejo.yml", config = "src/command/init/askama.toml")]
struct ForgejoWorkflow<'a> {
    plan: &'a Plan,
}

/// The workflow of a forge, for some issues and a configuration.
pub(super) fn workflow(
    forge: &CiForge,
    target: PublishTarget,
    issues: &[String],
    config: Option<&str>,
    base_url: Option<&Url>,
    names_bucket: bool,
) -> String {
    let config = config.map_or(String::new(), |path| format!(" --config {}", shell_word(path)));
    let issues: String = issues.iter().flat_map(|issue| [" ".to_owned(), shell_word(issue)]).collect();
    let branch = match target {
        PublishTarget::Pages => forge.pages_branch,
        PublishTarget::S3 => None,
        PublishTarget::Branch => Some("feeds"),
    };
    let plan = Plan {
        target,
        version: env!("CARGO_PKG_VERSION"),
        arguments: issues + &config,
        config,
        base_url: base_url.map(forge.scalar),
        branch,
        names_bucket,
    };
    let mut text = (forge.render)(&plan).expect("a template is written to memory");
    text.truncate(text.trim_end().len());
    text + "\n"
}

/// An address as a YAML scalar. It has no braces (they are `%7B` in it), so no expression either.
fn quoted(url: &Url) -> String {
    format!("'{}'", url.as_str().replace('\'', "''"))
}

/// A text as a word of a shell, in which no forge finds an expression.
fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    let quoted = text.replace('\'', r"'\''").replace("${{", "$''{{").replace("$[[", "$''[[");
    format!("'{quoted}'")
}
