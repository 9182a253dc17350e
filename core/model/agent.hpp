#pragma once

#include "model/common.hpp"

namespace waybill {

enum class AgentKind : uint32_t { person, company, store };

/// Address slots (C-13); a slot that is not set has only empty members.
struct AgentAddresses {
  Address main, home, invoice, delivery, visiting;
  friend bool operator==(const AgentAddresses&, const AgentAddresses&) = default;
};

/// C-14.
struct ContactMethods {
  Text landline_phone, mobile_phone, work_phone, email;
  friend bool operator==(const ContactMethods&, const ContactMethods&) = default;
};

/// A person, company or store (chapter 04 section 2). `agents`, `people`, `companies` and `stores`
/// are views of this one table.
struct Agent {
  static constexpr TableId table = TableId::agents;
  Identifiers identifiers;
  uint32_t kind = 0;  // AgentKind
  // Of a person `name` is what `full_name` is, both empty unless they were set (C-11).
  Text name, given_name, family_name, full_name, personal_number;
  Text organization_number, fiscal_year_start, opening_hours;
  Text nationality, vat_id;
  List<Text> languages;
  AgentAddresses addresses;
  ContactMethods contact_methods;
  Ref preferred_currency;
  Ref owner;  // a store's `owner`, a company's `parent` (C-12)
  Ref default_carrier;
  List<Ref> stock_roots;
  friend bool operator==(const Agent&, const Agent&) = default;
};

extern const Type person_type;
extern const Type company_type;
extern const Type store_type;
AgentKind kind_of(const Type& type);

}  // namespace waybill
