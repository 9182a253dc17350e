#include "verify/verify.hpp"

#include "verify/audit.hpp"

namespace waybill {

namespace verify {

void Audit::check(bool holds, TableId table, Ref row, std::string_view what) {
  if (holds || failed()) return;
  difference_ = name_of(table, row) + ": " + std::string(what) + ".";
}

void Audit::equal(TableId table, Ref row, std::string_view what, Decimal stored, Decimal sum) {
  if (stored == sum || failed()) return;
  difference_ = name_of(table, row) + ": " + std::string(what) + " is " + stored.str() +
                ", but comes to " + sum.str() + ".";
}

std::string Audit::name_of(TableId table, Ref row) const {
  const TableBase& rows = store.table(table);
  const Type& type = *rows.types().front();
  std::string name(type.name);
  name += ' ';
  name += keys.text(table, row.row());
  const Member& first = type.members[0];
  if (first.kind != Kind::identifiers || !rows.alive(row.row())) return name;
  const auto& identifiers = field<Identifiers>(rows.row(row.row()), first);
  if (identifiers.empty()) return name;
  name += " (";
  name += store.view(identifiers[0].key);
  name += '=';
  name += store.view(identifiers[0].value);
  name += ')';
  return name;
}

namespace {

void check_member(Audit& audit, TableId table, uint32_t row, const Member& member,
                  const void* data) {
  const auto check = [&](Ref ref) {
    const bool there = !ref || audit.store.table(member.target).alive(ref.row());
    audit.check(there, table, Ref::to(row),
                "'" + std::string(member.name) + "' names a row that is gone");
  };
  if (member.kind == Kind::ref) check(field<Ref>(data, member));
  if (member.kind != Kind::refs) return;
  for (const Ref ref : field<List<Ref>>(data, member)) check(ref);
}

}  // namespace

void references(Audit& audit) {
  for (size_t id = 0; id < table_count && !audit.failed(); ++id) {
    const TableBase& table = audit.store.table(static_cast<TableId>(id));
    for (const uint32_t row : table.live_rows()) {
      for (const Member* member : table.stored()) {
        check_member(audit, table.id(), row, *member, table.row(row));
      }
    }
  }
}

void indexes(Audit& audit) {
  for (size_t id = 0; id < table_count && !audit.failed(); ++id) {
    const TableBase& table = audit.store.table(static_cast<TableId>(id));
    for (const Type* type : table.types()) {
      for (const Member& member : type->members) {
        const Index* index = table.index_of(member);
        if (index == nullptr) continue;
        for (const uint32_t row : table.live_rows()) {
          bool same = true;
          if (member.bits != nullptr) same = index->bits_of(row) == member.bits(audit.store, row);
          if (member.order_key != nullptr) {
            same = index->key_of(table.row(row), row) == member.order_key(audit.store, row);
          }
          audit.check(same, table.id(), Ref::to(row),
                      "the index of '" + std::string(member.name) + "' says something else");
        }
      }
    }
  }
}

}  // namespace verify

std::string verify_store(const Store& store, const Keys& keys) {
  verify::Audit audit(store, keys);
  // References first: the others follow them.
  for (const auto check : {verify::references, verify::lines, verify::shipments, verify::payments,
                           verify::stock, verify::indexes}) {
    if (!audit.failed()) check(audit);
  }
  return audit.difference();
}

}  // namespace waybill
