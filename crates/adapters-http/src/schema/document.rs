//! Shapes as schemas of the `OpenAPI` document.

use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{
    AdditionalProperties, AnyOfBuilder, ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::{RefOr, Required};

use super::{Constraint, Field, Kind, Root, Shape};

/// The parameters of a query string.
pub(crate) fn query_parameters(shape: &Shape) -> Vec<Parameter> {
    let all_required = matches!(shape.root, Root::Fields(_));
    let branches: Vec<&[Field]> = match shape.root {
        Root::Fields(fields) => vec![fields],
        Root::OneOf(branches) | Root::AnyOf(branches) => branches.to_vec(),
    };
    branches
        .into_iter()
        .flatten()
        .map(|field| {
            let required = if field.required && all_required { Required::True } else { Required::False };
            ParameterBuilder::new()
                .name(field.name)
                .parameter_in(ParameterIn::Query)
                .required(required)
                .description(Some(field.about.trim()))
                .schema(Some(value_schema(field.kind, field.constraints, None)))
                .build()
        })
        .collect()
}

/// The schema of a body; `None` for endpoints without one.
pub(crate) fn request_schema(shape: &Shape) -> Option<RefOr<Schema>> {
    match shape.root {
        Root::Fields([]) => None,
        Root::Fields(fields) => Some(object_schema(fields, Some(shape.about)).into()),
        Root::OneOf(branches) => {
            let schema = branches
                .iter()
                .fold(OneOfBuilder::new(), |all, fields| all.item(object_schema(fields, None)));
            Some(RefOr::T(Schema::OneOf(schema.description(Some(shape.about.trim())).build())))
        }
        Root::AnyOf(branches) => {
            let schema = branches
                .iter()
                .fold(AnyOfBuilder::new(), |all, fields| all.item(object_schema(fields, None)));
            Some(RefOr::T(Schema::AnyOf(schema.description(Some(shape.about.trim())).build())))
        }
    }
}

fn object_schema(fields: &[Field], about: Option<&str>) -> Schema {
    let mut object = ObjectBuilder::new()
        .additional_properties(Some(AdditionalProperties::FreeForm(false)))
        .description(about.map(str::trim));
    for field in fields {
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
        Kind::Object(fields) => object_schema(fields, about),
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
