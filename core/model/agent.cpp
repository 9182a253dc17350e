#include "model/agent.hpp"

#include <array>

#include "model/computed.hpp"
#include "schema/value.hpp"

namespace waybill {

namespace {

constexpr Member slot(std::string_view name, uint8_t tag, size_t offset, std::string_view doc) {
  return {.name = name,
          .kind = Kind::object,
          .tag = tag,
          .offset = static_cast<uint32_t>(offset),
          .access = Access::update,
          .show = Show::by_default,
          .doc = doc,
          .of = &address_type};
}

constexpr Member slot_members[] = {
    slot("main", 1, offsetof(AgentAddresses, main), "The agent's ordinary address."),
    slot("home", 2, offsetof(AgentAddresses, home), "Where a person lives."),
    slot("invoice", 3, offsetof(AgentAddresses, invoice), "Where invoices go."),
    slot("delivery", 4, offsetof(AgentAddresses, delivery), "Where goods go."),
    slot("visiting", 5, offsetof(AgentAddresses, visiting), "Where visitors come."),
};
const Type slots_type{"agent addresses", slot_members};

/// C-14: a text, which may be sent wrapped in an object.
constexpr Member contact(std::string_view name, uint8_t tag, size_t offset,
                         std::string_view wrapper, std::string_view doc) {
  Member member = stored(name, Kind::text, tag, offset, Show::by_default, doc);
  member.wrapper = wrapper;
  return member;
}

constexpr Member phone(std::string_view name, uint8_t tag, size_t offset) {
  return contact(name, tag, offset, "phoneNumber", "Phone number starting with +.");
}

constexpr Member contact_members[] = {
    phone("landlinePhone", 1, offsetof(ContactMethods, landline_phone)),
    phone("mobilePhone", 2, offsetof(ContactMethods, mobile_phone)),
    phone("workPhone", 3, offsetof(ContactMethods, work_phone)),
    contact("email", 4, offsetof(ContactMethods, email), "emailAddress", "Mail address."),
};
const Type contact_type{"contact methods", contact_members};

/// A view of the relationships that name the agent on one side (C-17).
constexpr Member relations(std::string_view name, std::string_view side, std::string_view doc) {
  return {.name = name,
          .kind = Kind::computed,
          .doc = doc,
          .target = TableId::trade_relationships,
          .yields = Kind::refs,
          .mirrors = side};
}

constexpr std::string_view kind_names[] = {"person", "company", "store"};

/// What all agents have (C-10).
const std::array common{
    Member{.name = "kind",
           .kind = Kind::symbol,
           .tag = 2,
           .offset = offsetof(Agent, kind),
           .show = Show::internal,
           .indexed = Indexed::bits,
           .bits = computed::agent_kind,
           .symbols = kind_names},
    stored("nationality", Kind::text, 10, offsetof(Agent, nationality), Show::on_request,
           "ISO alpha-2 code."),
    stored("languages", Kind::texts, 11, offsetof(Agent, languages), Show::on_request,
           "Languages the agent speaks."),
    stored("vatId", Kind::text, 12, offsetof(Agent, vat_id), Show::on_request,
           "VAT registration number."),
    Member{.name = "addresses",
           .kind = Kind::object,
           .tag = 13,
           .offset = offsetof(Agent, addresses),
           .access = Access::update,
           .doc = "Addresses by slot.",
           .of = &slots_type},
    Member{.name = "contactMethods",
           .kind = Kind::object,
           .tag = 14,
           .offset = offsetof(Agent, contact_methods),
           .access = Access::update,
           .doc = "How to reach the agent.",
           .of = &contact_type},
    stored("preferredCurrency", Kind::ref, 15, offsetof(Agent, preferred_currency),
           Show::on_request, "Currency the agent prefers.", TableId::currencies),
    stored("stockRoots", Kind::refs, 16, offsetof(Agent, stock_roots), Show::on_request,
           "Stock places that are roots of the agent's stock.", TableId::stock_places,
           Indexed::equal),
    stored("defaultCarrier", Kind::ref, 17, offsetof(Agent, default_carrier), Show::on_request,
           "Carrier of shipments that name none.", TableId::agents),
    relations("customerRelations", "supplierAgent", "What it has agreed upon with customers."),
    relations("supplierRelations", "customerAgent", "What it has agreed upon with suppliers."),
    unsupported_member("labels"),
    unsupported_member("customerGroups"),
    unsupported_member("assortmentRoots"),
    unsupported_member("assortmentContexts"),
    unsupported_member("assortmentOwners"),
    unsupported_member("gdprForgotten"),
};

/// Own members first, in the order of C-1, then the common ones.
template <size_t N>
std::array<Member, N + common.size()> with_common(const std::array<Member, N>& own) {
  std::array<Member, N + common.size()> all{};
  for (size_t i = 0; i < N; ++i) all[i] = own[i];
  for (size_t i = 0; i < common.size(); ++i) all[N + i] = common[i];
  return all;
}

constexpr Member person_name(std::string_view name, uint8_t tag, size_t offset, Show show,
                             std::string_view doc) {
  Member member = stored(name, Kind::text, tag, offset, show, doc);
  member.compute = computed::person_name;
  return member;
}

const auto person_members = with_common(std::array{
    WAYBILL_IDENTIFIERS(Agent),
    person_name("fullName", 6, offsetof(Agent, full_name), Show::by_default,
                "Given and family name, unless set (C-11)."),
    stored("givenName", Kind::text, 4, offsetof(Agent, given_name), Show::by_default,
           "Given name."),
    stored("familyName", Kind::text, 5, offsetof(Agent, family_name), Show::by_default,
           "Family name."),
    stored("personalNumber", Kind::text, 7, offsetof(Agent, personal_number), Show::by_default,
           "National number of the person."),
    person_name("name", 3, offsetof(Agent, name), Show::on_request, "The full name."),
});

constexpr Member organization_number =
    stored("organizationNumber", Kind::text, 8, offsetof(Agent, organization_number),
           Show::on_request, "Registration number.");

const auto company_members = with_common(std::array{
    WAYBILL_IDENTIFIERS(Agent),
    stored("name", Kind::text, 3, offsetof(Agent, name), Show::by_default, "Name of the company."),
    organization_number,
    stored("parent", Kind::ref, 18, offsetof(Agent, owner), Show::on_request,
           "The company this one belongs to.", TableId::agents, Indexed::equal),
    stored("fiscalYearStart", Kind::text, 9, offsetof(Agent, fiscal_year_start), Show::on_request,
           "First day of the fiscal year."),
});

const auto store_members = with_common(std::array{
    WAYBILL_IDENTIFIERS(Agent),
    stored("name", Kind::text, 3, offsetof(Agent, name), Show::by_default, "Name of the store."),
    organization_number,
    stored("owner", Kind::ref, 18, offsetof(Agent, owner), Show::on_request,
           "The company that owns the store.", TableId::agents, Indexed::equal),
    stored("openingHours", Kind::json, 19, offsetof(Agent, opening_hours), Show::on_request,
           "Opening hours, kept as sent."),
});

}  // namespace

Value computed::person_name(const View& view, TableId, uint32_t row) {
  const Agent& agent = view.store.rows<Agent>().at(row);
  const auto text = [&](Text part) { return part ? view.store.view(part) : std::string_view(); };
  if (agent.full_name) return Value::of(text(agent.full_name));
  if (!agent.given_name && !agent.family_name) return {};
  if (!agent.given_name || !agent.family_name) {
    return Value::of(text(agent.given_name ? agent.given_name : agent.family_name));
  }
  const std::string joined =
      std::string(text(agent.given_name)) + ' ' + std::string(text(agent.family_name));
  return Value::of(view.arena.copy(joined));
}

uint32_t computed::agent_kind(const Store& store, uint32_t row) {
  return 1u << store.rows<Agent>().at(row).kind;
}

AgentKind kind_of(const Type& type) {
  return &type == &person_type    ? AgentKind::person
         : &type == &company_type ? AgentKind::company
                                  : AgentKind::store;
}

const Type person_type{"person", person_members};
const Type company_type{"company", company_members};
const Type store_type{"store", store_members};

}  // namespace waybill
