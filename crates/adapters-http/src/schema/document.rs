//! Shapes as schemas of the `OpenAPI` document.

use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{
    AdditionalProperties, AnyOfBuilder, ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::{RefOr, Required};

use super::{Constraint, Field, Kind, Object, Root, Shape};

/// The parameters of a query string.
pub(crate) fn query_parameters(shape: &Shape) -> Vec<Parameter> {
    let branches = match shape.root {
        Root::Object(object) => {
            return object.fields.iter().map(|field| parameter(field, field.required, "")).collect();
        }
        Root::OneOf(branches) | Root::AnyOf(branches) => branches,
    };
    let names: Vec<String> = branches
        .iter()
        .flat_map(|branch| alternatives(*branch))
        .map(|field| format!("`{}`", field.name))
        .collect();
    let alone = format!(" Exactly one of {} must be given.", names.join(", "));
    let beside =
        branches.first().into_iter().flat_map(|branch| branch.fields.iter().filter(|field| !field.required));
    let alternatives = branches.iter().flat_map(|branch| alternatives(*branch));
    alternatives
        .map(|field| parameter(field, false, &alone))
        .chain(beside.map(|field| parameter(field, false, "")))
        .collect()
}

/// The fields that tell a branch from the others.
fn alternatives(branch: Object) -> impl Iterator<Item = &'static Field> {
    branch.fields.iter().filter(|field| field.required)
}

fn parameter(field: &Field, required: bool, more: &str) -> Parameter {
    ParameterBuilder::new()
        .name(field.name)
        .parameter_in(ParameterIn::Query)
        .required(if required { Required::True } else { Required::False })
        .description(Some(format!("{}{more}", field.about.trim())))
        .schema(Some(value_schema(field.kind, field.constraints, None)))
        .build()
}

/// The schema of a body; `None` for endpoints without one.
pub(crate) fn request_schema(shape: &Shape) -> Option<RefOr<Schema>> {
    match shape.root {
        Root::Object(Object { fields: [], .. }) => None,
        Root::Object(object) => Some(object_schema(object, Some(shape.about)).into()),
        Root::OneOf(branches) => {
            let schema = branches
                .iter()
                .fold(OneOfBuilder::new(), |all, branch| all.item(object_schema(*branch, None)));
            Some(RefOr::T(Schema::OneOf(schema.description(Some(shape.about.trim())).build())))
        }
        Root::AnyOf(branches) => {
            let schema = branches
                .iter()
                .fold(AnyOfBuilder::new(), |all, branch| all.item(object_schema(*branch, None)));
            Some(RefOr::T(Schema::AnyOf(schema.description(Some(shape.about.trim())).build())))
        }
    }
}

fn object_schema(of: Object, about: Option<&str>) -> Schema {
    let mut object = ObjectBuilder::new()
        .additional_properties(Some(AdditionalProperties::FreeForm(!of.closed)))
        .description(about.map(str::trim));
    for field in of.fields {
        object = object.property(field.name, value_schema(field.kind, field.constraints, Some(field.about)));
        if field.required {
            object = object.required(field.name);
        }
    }
    object.build().into()
}

fn value_schema(kind: Kind, constraints: &[Constraint], about: Option<&str>) -> Schema {
    match kind {
        Kind::Text => scalar(Type::String, constraints, about),
        Kind::Flag => scalar(Type::Boolean, constraints, about),
        Kind::Number => scalar(Type::Number, constraints, about),
        Kind::Integer => scalar(Type::Integer, constraints, about),
        Kind::AnyObject => ObjectBuilder::new()
            .schema_type(schema_type(Type::Object, constraints))
            .additional_properties(Some(AdditionalProperties::FreeForm(true)))
            .description(about.map(str::trim))
            .build()
            .into(),
        Kind::Object(object) => object_schema(object, about),
        Kind::Any => ObjectBuilder::new()
            .schema_type(SchemaType::AnyValue)
            .description(about.map(str::trim))
            .build()
            .into(),
        Kind::List(items) => {
            let list = ArrayBuilder::new()
                .schema_type(schema_type(Type::Array, constraints))
                .items(RefOr::T(value_schema(*items, &[], None)))
                .unique_items(constraints.contains(&Constraint::UniqueItems))
                .description(about.map(str::trim));
            constraints.iter().fold(list, |list, constraint| bounded(list, *constraint)).build().into()
        }
    }
}

fn bounded(list: ArrayBuilder, constraint: Constraint) -> ArrayBuilder {
    if let Constraint::MinItems(least) = constraint {
        list.min_items(Some(least))
    } else if let Constraint::MaxItems(most) = constraint {
        list.max_items(Some(most))
    } else {
        list
    }
}

fn scalar(of: Type, constraints: &[Constraint], about: Option<&str>) -> Schema {
    let schema =
        ObjectBuilder::new().schema_type(schema_type(of, constraints)).description(about.map(str::trim));
    constraints.iter().fold(schema, |schema, constraint| constrained(schema, *constraint)).build().into()
}

fn constrained(schema: ObjectBuilder, constraint: Constraint) -> ObjectBuilder {
    match constraint {
        Constraint::Enum(texts) => schema.enum_values(Some(texts.to_vec())),
        Constraint::Const(text) => schema.enum_values(Some([text])),
        Constraint::MinLength(least) => schema.min_length(Some(least)),
        Constraint::MaxLength(most) => schema.max_length(Some(most)),
        Constraint::Pattern(source) => schema.pattern(Some(source)),
        Constraint::NotBlank => schema.pattern(Some("\\S")),
        Constraint::Format(_) => schema
            .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(utoipa::openapi::KnownFormat::Email))),
        Constraint::Minimum(least) => schema.minimum(Some(least)),
        Constraint::Maximum(most) => schema.maximum(Some(most)),
        Constraint::Nullable
        | Constraint::OrNull
        | Constraint::MinItems(_)
        | Constraint::MaxItems(_)
        | Constraint::UniqueItems
        | Constraint::MinProperties(_) => schema,
    }
}

fn schema_type(of: Type, constraints: &[Constraint]) -> SchemaType {
    let or_null = constraints.iter().any(|c| matches!(c, Constraint::Nullable | Constraint::OrNull));
    if or_null { SchemaType::from_iter([of, Type::Null]) } else { SchemaType::new(of) }
}
