//! What the house promises, as tests: pages and cases tell the truth, projects print what they should, the house is tidy.

mod pages;
mod projects;
mod properties;
mod readme;
mod support;
mod tidy;
