//! The laws that every store must obey, written once: no engine is named here.
//!
//! A law is a function that gets a fresh, migrated, empty store and panics when the store breaks it.
//! An adapter's `tests/conformance.rs` makes a test of each:
//!
//! ```ignore
//! macro_rules! tests {
//!     ($($topic:ident { $($law:ident)* })*) => { $( mod $topic { $(
//!         #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
//!         async fn $law() {
//!             let fresh = super::Fresh::store().await;
//!             omnicontact_conformance::$topic::$law(fresh.store()).await;
//!         }
//!     )* } )* };
//! }
//! omnicontact_conformance::for_each_law!(tests);
//! ```
//!
//! Several nodes may serve one store: an adapter makes the same tests of [`nodes::Nodes`] over two of its stores.
//!
//! To add a law: write it in the file of its topic and name it in [`for_each_law!`]; a test here refuses a
//! law that is not named.
#![expect(clippy::unwrap_used, reason = "a law is a test: what it did not expect ends it")]
#![expect(clippy::missing_panics_doc, reason = "every law panics when it is broken")]

pub mod access;
pub mod agents;
pub mod audit;
pub mod conflicts;
pub mod contact_links;
pub mod contact_locks;
pub mod contact_pages;
pub mod contacts;
pub mod conversation_pages;
pub mod conversation_races;
pub mod conversations;
pub mod custom_fields;
pub mod data;
pub mod departments;
pub mod filters;
pub mod inquiries;
pub mod limits;
pub mod locks;
pub mod login_attempts;
pub mod messages;
pub mod nodes;
pub mod registrations;
pub mod roles;
pub mod sessions;
pub mod settings;
pub mod spoilt;
pub mod subscriptions;
pub mod tokens;
pub mod transactions;
pub mod user_pages;
pub mod users;
pub mod visitor_pages;
pub mod visitors;

mod steps;

/// Hands the names of all laws, by topic, to a macro.
#[macro_export]
macro_rules! for_each_law {
    ($use_laws:ident) => {
        $use_laws! {
            access {
                roles_that_exist_stay_as_they_are
                permissions_that_exist_keep_their_roles
                roles_of_a_permission_keep_their_order
                replacing_roles_leaves_unknown_permissions_out
                roles_and_permissions_are_listed_by_bytes
                a_permission_of_a_missing_role_conflicts_and_is_not_stored
            }
            agents {
                exactly_those_whom_the_rule_calls_online_are_listed_by_bytes
                agents_are_listed_by_the_bytes_of_their_ids
                an_agent_is_online_until_what_makes_one_goes
                a_presence_that_expires_decides_until_then_only
                the_latest_routing_stands
                a_routing_that_is_dropped_was_not
                of_many_routings_at_once_the_latest_stands
                what_was_noted_of_an_agent_goes_with_the_user
                nothing_is_noted_of_who_is_no_user
                whoever_chooses_an_agent_sees_what_the_others_chose
            }
            audit {
                every_field_of_an_event_survives
                events_are_listed_by_time_and_id_both_ways
                every_condition_leaves_the_events_that_fit
                pages_visit_each_event_once
                a_taken_event_id_conflicts
                an_event_shares_the_fate_of_its_transaction
            }
            conflicts {
                a_taken_visitor_id_conflicts
                a_taken_visitor_token_conflicts
                a_visitor_cannot_take_the_token_of_another
                a_taken_contact_id_conflicts
                a_taken_user_id_conflicts
                a_taken_username_conflicts_in_any_case
                a_taken_user_email_conflicts_in_any_case
                a_user_with_a_missing_role_conflicts
                a_user_cannot_take_the_username_of_another
                a_user_cannot_take_the_email_of_another
                a_user_cannot_take_a_missing_role
                a_taken_login_token_conflicts
                a_taken_name_of_a_personal_token_conflicts
                a_token_of_a_missing_user_conflicts
                a_taken_custom_field_id_conflicts
                many_conflicts_leave_the_transaction_usable
            }
            contact_links {
                a_channel_is_found_by_what_is_meant
                all_contacts_of_a_visitor_are_listed_by_id
                the_oldest_prepared_contact_is_found_by_any_key
                an_adopted_contact_waits_no_more
                nothing_finds_a_removed_contact
            }
            contact_locks {
                of_many_who_change_one_contact_none_is_lost
                a_locked_contact_is_the_stored_one_erased_or_not
                whoever_proved_a_value_is_found_by_it_until_removed
                of_many_who_prove_one_identity_at_once_each_sees_those_before
            }
            contact_pages {
                every_term_finds_what_the_rule_says
                every_order_is_the_one_of_the_rule
                pages_visit_each_contact_once
                the_very_next_search_sees_every_change
                a_total_is_exact_within_the_transaction_that_changes_it
            }
            contacts {
                every_field_survives_the_round_trip
                every_field_survives_an_update
                an_unknown_contact_is_none
                the_oldest_contact_is_found
                addresses_and_numbers_are_found_by_their_keys
                contacts_with_a_manager_are_found_by_their_address
                contacts_are_counted_by_their_last_month_erased_or_not
                keys_follow_updates
                channels_find_the_contact_of_a_visitor
                a_stale_contact_update_is_refused_and_writes_nothing
                adding_many_contacts_skips_those_that_exist
                an_erased_contact_is_found_by_id_only
                many_contacts_are_found_as_each_alone
                addresses_and_numbers_are_known_as_long_as_a_contact_has_them
            }
            conversation_pages {
                every_condition_leaves_the_conversations_that_fit
                a_conversation_is_found_by_what_was_said_in_it
                conversations_are_listed_in_every_order
                pages_visit_each_conversation_once
                what_finds_a_conversation_follows_its_names_and_values
            }
            conversation_races {
                two_who_open_for_one_visitor_get_one_conversation
                of_two_agents_who_take_one_inquiry_one_gets_it
                a_message_is_counted_before_the_closing_or_refused
                a_message_is_taken_back_once_or_kept_by_the_closing
                nothing_is_open_on_a_blocked_channel
                a_locked_conversation_keeps_its_writers_apart
                an_erased_visitor_has_no_conversation
                of_two_nodes_one_passes_on_what_is_not_answered
            }
            conversations {
                every_field_of_a_conversation_survives
                every_field_of_a_conversation_survives_an_update
                a_stale_conversation_is_refused_and_writes_nothing
                a_visitor_has_one_open_conversation
                a_conversation_goes_to_another_visitor_unless_that_one_has_one
                sources_are_listed_once_for_each_type_and_id
                a_closed_conversation_is_in_the_history_of_its_contact
                conversations_follow_their_channel_to_a_contact
                a_merged_contact_hands_its_conversations_on
                a_removed_department_is_left_by_its_conversations
                agents_are_counted_by_what_they_serve_and_found_when_they_keep_silent
                nothing_of_a_removed_conversation_is_left
            }
            custom_fields {
                every_field_survives_the_round_trip
                definitions_are_listed_in_the_order_of_addition
                a_definition_is_found_by_its_exact_id
                every_field_survives_an_update_and_the_place_stays
                a_stale_definition_is_refused
                a_removed_definition_is_gone_and_its_id_is_free
            }
            departments {
                every_field_of_a_department_survives
                a_department_is_found_by_id_and_by_its_exact_name
                agents_of_a_department_are_listed_in_their_places
                memberships_end_with_their_department_and_their_agent
                a_removed_department_is_no_fallback_any_more
                no_conversation_is_left_in_a_department_that_goes
                no_membership_outlives_its_user
            }
            filters {
                a_filter_without_conditions_finds_nobody
                all_conditions_hold_at_once
                addresses_and_numbers_are_compared_exactly
                case_does_not_matter_in_any_script
                every_character_stands_for_itself
                only_texts_are_searched
                the_first_one_seen_is_found
                an_erased_visitor_is_found_by_id_only
                a_disabled_visitor_never_fits
                custom_values_follow_updates
            }
            inquiries {
                every_field_of_an_inquiry_survives
                a_conversation_has_one_inquiry
                the_queue_has_the_oldest_first_and_what_its_agent_may_see
            }
            limits {
                the_longest_texts_are_stored_and_found
                the_longest_names_are_stored_and_found
                attempts_with_any_username_are_counted
                the_longest_custom_values_are_stored_and_found
                the_first_and_last_times_are_stored
                the_greatest_versions_and_counts_are_accepted
            }
            locks {
                of_two_administrators_one_stays
                a_lock_ends_with_its_transaction
                a_lock_keeps_nobody_from_reading_or_from_taking_the_role
                of_many_who_change_one_permission_none_is_lost
                an_unknown_permission_is_not_locked
                a_role_is_given_or_removed_but_never_both
                of_many_who_lock_one_user_nobody_is_stale
                a_locked_user_is_seen_with_everything_that_was_written_before
                a_locked_user_can_be_read_and_an_unknown_one_is_not_locked
            }
            login_attempts {
                failures_count_by_address_over_all_users
                failures_count_by_username_in_any_case
                a_success_ends_what_counts_for_its_subject_only
                only_failures_after_the_given_time_count
                counting_ends_at_what_is_enough
                the_writer_counts_its_own_attempt
                a_taken_attempt_id_conflicts
                the_attempts_of_one_subject_are_forgotten
                old_attempts_are_forgotten_in_portions
            }
            messages {
                every_field_of_a_message_survives
                a_taken_message_id_conflicts
                messages_are_listed_by_time_within_bounds
                the_newest_message_is_one_that_people_wrote
            }
            registrations {
                guest_numbers_begin_with_two_and_are_never_given_twice
                two_registrations_of_one_token_make_one_visitor
                two_registrations_of_one_address_make_one_visitor
                crossing_registrations_all_end
                a_registration_that_gives_up_lets_others_go_on
                of_many_registrations_of_one_number_one_adds
                nobody_is_named_who_is_removed_meanwhile
            }
            roles {
                every_field_of_a_role_survives
                a_role_is_found_by_its_id_and_by_its_exact_name
                a_taken_role_id_conflicts
                a_taken_role_name_conflicts
                of_many_new_roles_none_is_stored_when_a_name_is_taken
                a_freed_role_name_can_be_taken
                changing_an_unknown_role_changes_nothing
                removing_a_role_takes_it_off_all_permissions
                a_role_that_a_user_holds_cannot_be_removed
            }
            sessions {
                an_unknown_token_has_no_session
                a_session_holds_what_is_stored_behind_the_token
                a_session_holds_exactly_the_grants_asked_about
                a_session_holds_exactly_the_settings_asked_about
                changed_grants_are_seen_at_once
                changed_users_and_settings_are_seen_at_once
                what_was_removed_has_no_session
                what_is_not_committed_has_no_session
                what_was_committed_is_seen_by_the_very_next_question
                many_sessions_are_found_as_each_alone
                a_record_is_read_along_as_it_is_read_alone
                what_was_committed_is_read_along_by_the_very_next_question
            }
            settings {
                every_value_survives_the_round_trip
                a_setting_is_overwritten
                settings_are_listed_by_bytes
                an_update_returns_the_former_value
                many_settings_are_found_at_once
                of_many_who_write_at_once_each_gets_what_it_replaced
                of_many_who_count_at_once_none_is_lost
            }
            subscriptions {
                every_field_of_a_subscription_survives
                a_user_has_one_subscription_to_a_conversation
                a_new_name_of_a_contact_reaches_subscriptions_and_inquiries
            }
            tokens {
                every_field_survives_the_round_trip
                an_unknown_token_is_none
                only_the_owner_removes_a_token
                the_newest_sessions_and_all_personal_tokens_stay
                all_tokens_of_one_user_are_removed
                names_of_personal_tokens_are_one_of_a_kind_for_their_owner_only
                tokens_of_one_user_are_listed_by_time
                a_personal_token_is_found_by_its_exact_name
                other_sessions_are_removed_and_personal_tokens_stay
                all_tokens_but_one_are_removed
                old_sessions_of_all_users_are_removed_in_portions
            }
            transactions {
                what_is_committed_is_found
                what_is_dropped_is_gone
                what_is_not_committed_is_seen_by_its_transaction_only
                a_read_transaction_is_a_consistent_view
                a_read_transaction_blocks_no_writer
                a_write_transaction_blocks_no_reader
                a_read_transaction_does_not_write
                writers_wait_and_none_is_lost
                many_readers_at_once_are_served
                a_closed_store_answers_with_an_error
            }
            user_pages {
                every_order_is_by_bytes_with_what_is_missing_first
                a_page_holds_whole_users
                every_condition_leaves_those_that_fit
                every_condition_about_agents_leaves_those_that_fit
                a_text_is_looked_for_in_names_and_addresses_in_any_case
                conditions_hold_at_their_bounds
                pages_visit_each_user_once
                the_total_does_not_depend_on_the_page
            }
            users {
                every_field_survives_the_round_trip
                every_field_survives_an_update
                an_unknown_user_is_none
                many_users_are_found_at_once
                usernames_and_addresses_are_found_in_any_case
                users_are_listed_by_bytes
                paging_visits_each_user_once_while_others_are_added
                a_stale_user_update_is_refused_and_writes_nothing
                keys_follow_updates
                removing_a_user_removes_all_that_depends_on_it
                users_without_usernames_do_not_conflict
                the_first_holder_of_a_role_is_found
            }
            visitors {
                every_field_survives_the_round_trip
                every_field_survives_an_update
                an_unknown_visitor_is_none
                a_visitor_is_found_by_its_token
                the_first_one_seen_is_found_by_address
                whoever_was_never_seen_comes_last
                keys_follow_updates
                a_stale_visitor_update_is_refused_and_writes_nothing
                adding_many_visitors_skips_those_that_exist
                many_visitors_are_added_at_once
                an_erased_visitor_frees_its_token
                a_manager_is_taken_off_all_visitors
                many_visitors_are_found_as_each_alone
            }
            visitor_pages {
                whoever_fits_is_found_and_nobody_else
                pages_of_visitors_are_parts_of_the_whole
                a_search_of_visitors_follows_every_write
                what_did_not_happen_is_not_counted
                values_are_found_where_their_field_is_searched
                names_are_completed_in_their_order
            }
        }
    };
}

#[cfg(test)]
mod tests {
    //! Whether every law is named.

    macro_rules! names {
        ($($topic:ident { $($law:ident)* })*) => {
            [$((stringify!($topic), include_str!(concat!(stringify!($topic), ".rs")), &[$(stringify!($law)),*][..])),*]
        };
    }

    #[test]
    fn every_law_is_named() {
        let topics: &[(&str, &str, &[&str])] = &for_each_law!(names);
        for (topic, source, named) in topics {
            let written: Vec<&str> = source
                .lines()
                .filter_map(|line| line.strip_prefix("pub async fn "))
                .filter_map(|line| line.split('(').next())
                .collect();
            assert_eq!(written, *named, "the laws of {topic}, in order");
        }
    }
}
