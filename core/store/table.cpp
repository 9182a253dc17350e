#include "store/table.hpp"

namespace waybill {

namespace {

uint64_t identifier_key(Text key, Text value) {
  return uint64_t{key.id} << 32 | value.id;
}

/// Calls `emit` with every index key that `member` of the row has; empty members have none.
template <class Emit>
void each_key(const void* row, const Member& member, Emit&& emit) {
  switch (member.kind) {
    case Kind::identifiers:
      for (const Identifier& own : field<Identifiers>(row, member)) {
        emit(identifier_key(own.key, own.value));
      }
      return;
    case Kind::text:
      if (const Text text = field<Text>(row, member)) emit(text.id);
      return;
    case Kind::texts:
      for (const Text text : field<List<Text>>(row, member)) emit(text.id);
      return;
    case Kind::ref:
      if (const Ref ref = field<Ref>(row, member)) emit(ref.value);
      return;
    case Kind::refs:
      for (const Ref ref : field<List<Ref>>(row, member)) emit(ref.value);
      return;
    case Kind::instant:
      if (const auto at = field<MaybeInstant>(row, member)) {
        emit(static_cast<uint64_t>(at.ms) ^ uint64_t{1} << 63);  // unsigned, in the same order
      }
      return;
    case Kind::pair:
      if (const Pair pair = field<Pair>(row, member); pair.first && pair.second) emit(pair.key());
      return;
    default:
      check(false);  // no index of such a member
  }
}

}  // namespace

void Index::add(uint64_t key, uint32_t row) {
  if (member->kind == Kind::instant) {
    ordered.emplace(key, row);
  } else {
    rows.add(key, row);
  }
}

void Index::remove(uint64_t key, uint32_t row) {
  if (member->kind == Kind::instant) {
    ordered.erase({key, row});
  } else {
    rows.remove(key, row);
  }
}

std::optional<uint32_t> TableBase::first(const Member& member) const {
  for (const Index& index : indexes_) {
    if (index.member->tag != member.tag) continue;
    if (index.ordered.empty()) return std::nullopt;
    return index.ordered.begin()->second;
  }
  check(false);
  return std::nullopt;
}

TableBase::TableBase(TableId id, std::span<const Type* const> types)
    : id_(id), types_(types.begin(), types.end()) {
  for (const Type* type : types) {
    for (const Member& member : type->members) {
      if (!member.stored() || by_tag_[member.tag] != nullptr) continue;
      by_tag_[member.tag] = &member;
      stored_.push_back(&member);
      if (member.indexed == Indexed::yes) indexes_.push_back({&member, {}, {}});
    }
  }
}

std::span<const uint32_t> TableBase::find(const Member& member, uint64_t key) const {
  for (const Index& index : indexes_) {
    if (index.member->tag == member.tag) return index.rows.find(key);
  }
  check(false);
  return {};
}

std::span<const uint32_t> TableBase::find_identifier(Text key, Text value) const {
  if (!key || !value) return {};
  return indexes_.front().rows.find(identifier_key(key, value));
}

void TableBase::collect_keys(uint32_t row, std::vector<std::pair<uint32_t, uint64_t>>& out) const {
  out.clear();
  const void* data = this->row(row);
  for (uint32_t i = 0; i < indexes_.size(); ++i) {
    each_key(data, *indexes_[i].member, [&](uint64_t key) { out.emplace_back(i, key); });
  }
}

void TableBase::add_keys(uint32_t row) {
  const void* data = this->row(row);
  for (Index& index : indexes_) {
    each_key(data, *index.member, [&](uint64_t key) { index.add(key, row); });
  }
}

void TableBase::remove_keys(uint32_t row) {
  const void* data = this->row(row);
  for (Index& index : indexes_) {
    each_key(data, *index.member, [&](uint64_t key) { index.remove(key, row); });
  }
}

}  // namespace waybill
