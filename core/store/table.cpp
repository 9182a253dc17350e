#include "store/table.hpp"

#include <algorithm>

#include "base/heap.hpp"

namespace waybill {

namespace {

/// In place of a value: rows that carry the key.
constexpr Text any_value;

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
        emit(identifier_key(own.key, any_value));
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
      if (const auto at = field<MaybeInstant>(row, member)) emit(ordered_key(*at));
      return;
    case Kind::pair:
      if (const Pair pair = field<Pair>(row, member); pair.first && pair.second) emit(pair.key());
      return;
    default:
      check(false);  // no index of such a member
  }
}

/// Memory of the lists that a member holds.
size_t list_bytes(const void* row, const Member& member) {
  switch (member.kind) {
    case Kind::identifiers:
      return field<RawList>(row, member).heap_bytes(sizeof(Identifier));
    case Kind::texts:
      return field<RawList>(row, member).heap_bytes(sizeof(Text));
    case Kind::refs:
      return field<RawList>(row, member).heap_bytes(sizeof(Ref));
    case Kind::objects:
      return field<RawList>(row, member).heap_bytes(member.stride);
    case Kind::object: {
      const void* inside = static_cast<const std::byte*>(row) + member.offset;
      size_t sum = 0;
      for (const Member& part : member.of->members) sum += list_bytes(inside, part);
      return sum;
    }
    default:
      return 0;
  }
}

}  // namespace

Index::Index(const Member& member) : member(&member) {
  if (member.indexed != Indexed::bits) return;
  check(member.bits != nullptr && member.symbols.size() <= 8);  // row_bits_ has so many
  sets_.resize(member.symbols.size());
}

uint64_t Index::key_of(const void* data, uint32_t row) const {
  if (member->order_key != nullptr) return row < row_keys_.size() ? row_keys_[row] : missing_key;
  const auto at = field<MaybeInstant>(data, *member);
  return at ? ordered_key(*at) : missing_key;
}

void Index::add(uint64_t key, uint32_t row) {
  if (member->indexed == Indexed::ordered) {
    ordered.add(key, row);
  } else {
    equal_.add(key, row);
  }
}

void Index::remove(uint64_t key, uint32_t row) {
  if (member->indexed == Indexed::ordered) {
    ordered.remove(key, row);
  } else {
    equal_.remove(key, row);
  }
}

void Index::set_bits(uint32_t row, uint32_t bits) {
  check(bits >> sets_.size() == 0);
  const uint32_t changed = bits ^ bits_of(row);
  if (changed == 0) return;
  if (row >= row_bits_.size()) row_bits_.resize(size_t{row} + 1);
  row_bits_[row] = static_cast<uint8_t>(bits);
  for (uint32_t symbol = 0; symbol < sets_.size(); ++symbol) {
    if ((changed >> symbol & 1) == 0) continue;
    if ((bits >> symbol & 1) != 0) {
      sets_[symbol].add(row);
    } else {
      sets_[symbol].remove(row);
    }
  }
}

bool Index::change_key(uint32_t row, uint64_t key) {
  const uint64_t before = row < row_keys_.size() ? row_keys_[row] : missing_key;
  if (before == key) return false;
  if (row >= row_keys_.size()) row_keys_.resize(size_t{row} + 1, missing_key);
  row_keys_[row] = key;
  if (before == unknown_key) {
    unknown_.remove(row);
  } else if (before != missing_key) {
    ordered.remove(before, row);
  }
  if (key == unknown_key) unknown_.add(row);
  return key < unknown_key;
}

size_t Index::bytes() const {
  size_t sum = equal_.bytes() + ordered.bytes() + heap_bytes(sets_) + heap_bytes(row_bits_) +
               heap_bytes(row_keys_) + unknown_.bytes();
  for (const RowSet& set : sets_) sum += set.bytes();
  return sum;
}

TableBase::TableBase(TableId id, std::span<const Type* const> types)
    : id_(id), types_(types.begin(), types.end()) {
  for (const Type* type : types) {
    for (const Member& member : type->members) {
      if (member.stored()) {
        if (by_tag_[member.tag] != nullptr) continue;
        by_tag_[member.tag] = &member;
        if (!member.former()) stored_.push_back(&member);
      }
      if (member.owner) owner_ = &member;
      if (member.indexed == Indexed::no) continue;
      indexes_.emplace_back(member);
      derives_ = derives_ || indexes_.back().is_derived();
    }
  }
}

const Index* TableBase::index_of(const Member& member) const {
  const bool ours = std::any_of(types_.begin(), types_.end(), [&](const Type* type) {
    return &member >= type->members.data() && &member < type->members.data() + type->members.size();
  });
  if (!ours) return nullptr;  // of an object in a row: its tags are others
  for (const Index& index : indexes_) {
    const bool same = member.stored() ? index.member->tag == member.tag : index.member == &member;
    if (same) return &index;
  }
  return nullptr;
}

Posting TableBase::find(const Member& member, uint64_t key) const {
  const Index* index = index_of(member);
  check(index != nullptr);
  return index->find(key);
}

std::optional<uint32_t> TableBase::first(const Member& member) const {
  const Index* index = index_of(member);
  check(index != nullptr);
  if (index->ordered.empty()) return std::nullopt;
  return index->ordered.begin().row();
}

/// Tables that have identifiers name them first.
const Index& TableBase::identifiers() const {
  check(!indexes_.empty() && indexes_.front().member->kind == Kind::identifiers);
  return indexes_.front();
}

Posting TableBase::find_identifier(Text key, Text value) const {
  if (!key || !value) return {};
  return identifiers().find(identifier_key(key, value));
}

Posting TableBase::carriers(Text key) const {
  if (!key) return {};
  return identifiers().find(identifier_key(key, any_value));
}

void TableBase::collect_keys(uint32_t row, Keys& out) const {
  out.clear();
  const void* data = this->row(row);
  for (uint32_t i = 0; i < indexes_.size(); ++i) {
    if (indexes_[i].is_derived()) continue;
    each_key(data, *indexes_[i].member, [&](uint64_t key) { out.emplace_back(i, key); });
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

void TableBase::add_keys(const Keys& keys, uint32_t row) {
  for (const auto& [index, key] : keys) indexes_[index].add(key, row);
}

void TableBase::remove_keys(const Keys& keys, uint32_t row) {
  for (const auto& [index, key] : keys) indexes_[index].remove(key, row);
}

Ref TableBase::owner_of(uint32_t row) const {
  return owner_ == nullptr ? Ref{} : field<Ref>(this->row(row), *owner_);
}

void TableBase::check_owner_order(uint32_t row) {
  const uint32_t own = owner_of(row).value;
  if (own == 0 || !owners_ascend_) return;
  for (auto before = live_rows_.previous(row); before; before = live_rows_.previous(*before)) {
    const uint32_t other = owner_of(*before).value;
    if (other > own) owners_ascend_ = false;
    if (other != 0) break;
  }
  if (row + 1 == size_) return;  // new rows, mostly
  for (auto behind = live_rows_.next(row + 1); behind; behind = live_rows_.next(*behind + 1)) {
    const uint32_t other = owner_of(*behind).value;
    if (other != 0 && other < own) owners_ascend_ = false;
    if (other != 0) break;
  }
}

void TableBase::touch(uint32_t row) {
  if (!derives_) return;
  if (touched_.empty() || touched_.back() != row) touched_.push_back(row);
}

void TableBase::settle(const Store& store) {
  if (touched_.empty()) return;
  std::sort(touched_.begin(), touched_.end());
  touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
  std::vector<std::pair<uint64_t, uint32_t>> keyed;
  for (Index& index : indexes_) {
    if (!index.is_derived()) continue;
    const Member& member = *index.member;
    keyed.clear();
    for (const uint32_t row : touched_) {
      if (member.bits != nullptr) {
        index.set_bits(row, alive(row) ? member.bits(store, row) : 0);
      } else {
        const uint64_t key = alive(row) ? member.order_key(store, row) : missing_key;
        if (index.change_key(row, key)) keyed.emplace_back(key, row);
      }
    }
    std::sort(keyed.begin(), keyed.end());  // many of them go in fastest in their order
    for (const auto& [key, row] : keyed) index.ordered.add(key, row);
  }
  touched_.clear();
}

const Member& mirrored_member(const TableBase& table, const Member& member) {
  for (const Type* type : table.types()) {
    if (const Member* own = type->find(member.mirrors)) return *own;
  }
  check(false);
  return member;
}

size_t TableBase::row_bytes() const {
  size_t sum = page_bytes() + heap_bytes(stamps_);
  for (const uint32_t row : live_rows_) {
    for (const Member* member : stored_) sum += list_bytes(this->row(row), *member);
  }
  return sum;
}

size_t TableBase::index_bytes() const {
  size_t sum = live_rows_.bytes() + heap_bytes(touched_);
  for (const Index& index : indexes_) sum += index.bytes();
  return sum;
}

}  // namespace waybill
