//! Custom fields: managers define them, visitors set their values.

pub(crate) mod definition_body;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod save;
pub(crate) mod set_value;
pub(crate) mod set_values;
pub(crate) mod show;
