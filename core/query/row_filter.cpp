#include "query/row_filter.hpp"

#include <algorithm>
#include <array>

#include "query/infer.hpp"
#include "schema/keys.hpp"

namespace waybill::query {

void RowFilter::fill(uint32_t, RowSet::Chunk&) const {
  check(false);
}

namespace {

/// More rows of another table than this are not followed one by one.
constexpr uint64_t followed_rows = 256;

class NoRows final : public RowFilter {
 public:
  uint64_t at_most() const override { return 0; }
  bool contains(uint32_t) const override { return false; }
  std::optional<uint64_t> count() const override { return 0; }
  bool is_dense() const override { return true; }
  void fill(uint32_t, RowSet::Chunk& words) const override { words.fill(0); }
  void collect(std::vector<uint32_t>&) const override {}
};

/// What one index key leads to.
class PostingRows final : public RowFilter {
 public:
  explicit PostingRows(Posting posting) : posting_(posting) {}
  uint64_t at_most() const override { return posting_.size(); }
  bool contains(uint32_t row) const override { return posting_.contains(row); }
  std::optional<uint64_t> count() const override { return posting_.size(); }
  bool is_dense() const override { return true; }
  void fill(uint32_t chunk, RowSet::Chunk& words) const override {
    posting_.combine(chunk, words, RowSet::Combine::assign);
  }
  void collect(std::vector<uint32_t>& out) const override {
    for (const uint32_t row : posting_) out.push_back(row);
  }

 private:
  Posting posting_;
};

/// The live rows that another filter does not contain.
class OtherRows final : public RowFilter {
 public:
  OtherRows(const RowSet& live, const RowFilter& out) : live_(live), out_(out) {}
  uint64_t at_most() const override { return count().value_or(live_.size()); }
  bool contains(uint32_t row) const override { return live_.contains(row) && !out_.contains(row); }
  std::optional<uint64_t> count() const override {
    const auto out = out_.count();
    return out ? std::optional<uint64_t>(live_.size() - *out) : std::nullopt;
  }
  bool is_dense() const override { return out_.is_dense(); }
  void fill(uint32_t chunk, RowSet::Chunk& words) const override {
    live_.combine(chunk, words, RowSet::Combine::assign);
    RowSet::Chunk out;
    out_.fill(chunk, out);
    for (size_t i = 0; i < words.size(); ++i) words[i] &= ~out[i];
  }
  void collect(std::vector<uint32_t>& out) const override {
    for (auto row = live_.next(0); row; row = live_.next(*row + 1)) {
      if (!out_.contains(*row)) out.push_back(*row);
    }
  }

 private:
  const RowSet& live_;
  const RowFilter& out_;
};

class AllOf final : public RowFilter {
 public:
  /// `parts`: at least one, the smallest first.
  AllOf(const View& view, std::span<const RowFilter* const> parts) : view_(view), parts_(parts) {}
  uint64_t at_most() const override { return parts_[0]->at_most(); }
  bool contains(uint32_t row) const override {
    view_.spend(parts_.size());
    return std::all_of(parts_.begin(), parts_.end(),
                       [&](const RowFilter* part) { return part->contains(row); });
  }
  bool is_dense() const override {
    return std::all_of(parts_.begin(), parts_.end(),
                       [](const RowFilter* part) { return part->is_dense(); });
  }
  void fill(uint32_t chunk, RowSet::Chunk& words) const override {
    parts_[0]->fill(chunk, words);
    RowSet::Chunk other;
    for (const RowFilter* part : parts_.subspan(1)) {
      part->fill(chunk, other);
      for (size_t i = 0; i < words.size(); ++i) words[i] &= other[i];
    }
  }
  void collect(std::vector<uint32_t>& out) const override {
    std::vector<uint32_t> rows;
    parts_[0]->collect(rows);
    for (const uint32_t row : rows) {
      if (view_.overspent()) return;
      if (contains(row)) out.push_back(row);
    }
  }

 private:
  const View& view_;
  std::span<const RowFilter* const> parts_;
};

class AnyOf final : public RowFilter {
 public:
  AnyOf(const View& view, std::span<const RowFilter* const> parts) : view_(view), parts_(parts) {}
  uint64_t at_most() const override {
    uint64_t rows = 0;
    for (const RowFilter* part : parts_) rows += part->at_most();
    return rows;
  }
  bool contains(uint32_t row) const override {
    view_.spend(parts_.size());
    return std::any_of(parts_.begin(), parts_.end(),
                       [&](const RowFilter* part) { return part->contains(row); });
  }
  bool is_dense() const override {
    return std::all_of(parts_.begin(), parts_.end(),
                       [](const RowFilter* part) { return part->is_dense(); });
  }
  void fill(uint32_t chunk, RowSet::Chunk& words) const override {
    words.fill(0);
    RowSet::Chunk other;
    for (const RowFilter* part : parts_) {
      part->fill(chunk, other);
      for (size_t i = 0; i < words.size(); ++i) words[i] |= other[i];
    }
  }
  void collect(std::vector<uint32_t>& out) const override {
    for (const RowFilter* part : parts_) {
      if (!view_.overspent()) part->collect(out);
    }
  }

 private:
  const View& view_;
  std::span<const RowFilter* const> parts_;
};

/// Rows whose key in an ordered index lies in a range.
class RangeRows final : public RowFilter {
 public:
  RangeRows(const TableBase& table, const Index& index, KeyRange range)
      : table_(table), index_(index), range_(range) {
    if (range.high <= range.low) return;
    count_ = index.ordered.count_below(range.high) - index.ordered.count_below(range.low);
  }
  uint64_t at_most() const override { return count_; }
  bool contains(uint32_t row) const override {
    if (!table_.alive(row)) return false;
    const uint64_t key = index_.key_of(table_.row(row), row);
    return key >= range_.low && key < range_.high;
  }
  std::optional<uint64_t> count() const override { return count_; }
  void collect(std::vector<uint32_t>& out) const override {
    auto at = index_.ordered.seek(range_.low, 0);
    for (; !at.at_end() && at.key() < range_.high; at.next()) out.push_back(at.row());
  }

 private:
  const TableBase& table_;
  const Index& index_;
  KeyRange range_;
  uint64_t count_ = 0;
};

/// Rows of a set that fit a predicate, read one by one: what an index does not know.
class ReadRows final : public RowFilter {
 public:
  ReadRows(Evaluator& evaluator, TableId table, const RowSet& rows, const Predicate& predicate)
      : evaluator_(evaluator), table_(table), rows_(rows), predicate_(predicate) {}
  uint64_t at_most() const override { return rows_.size(); }
  bool contains(uint32_t row) const override {
    return rows_.contains(row) && evaluator_.matches(Value::entity(table_, row), predicate_);
  }
  void collect(std::vector<uint32_t>& out) const override {
    for (const uint32_t row : rows_) {
      if (evaluator_.failed()) return;
      if (contains(row)) out.push_back(row);
    }
  }

 private:
  Evaluator& evaluator_;
  TableId table_;
  const RowSet& rows_;
  const Predicate& predicate_;
};

/// Rows that own one of another table, such as the orders of lines.
class OwnerRows final : public RowFilter {
 public:
  OwnerRows(const Store& store, TableId table, const Member& list, const Member& owner,
            const RowFilter& parts)
      : store_(store), table_(table), list_(list), owner_(owner), parts_(parts) {}
  uint64_t at_most() const override { return parts_.at_most(); }
  bool contains(uint32_t row) const override {
    if (!store_.table(table_).alive(row)) return false;
    const auto& own = field<List<Ref>>(store_.table(table_).row(row), list_);
    return std::any_of(own.begin(), own.end(),
                       [&](Ref part) { return parts_.contains(part.row()); });
  }
  void collect(std::vector<uint32_t>& out) const override {
    std::vector<uint32_t> rows;
    parts_.collect(rows);
    const TableBase& table = store_.table(list_.target);
    for (const uint32_t row : rows) {
      if (const Ref owner = field<Ref>(table.row(row), owner_)) out.push_back(owner.row());
    }
  }

 private:
  const Store& store_;
  TableId table_;
  const Member& list_;
  const Member& owner_;
  const RowFilter& parts_;
};

/// Turns predicates into filters.
class FilterMaker {
 public:
  explicit FilterMaker(Evaluator& evaluator)
      : evaluator_(evaluator), view_(evaluator.view()), store_(view_.store) {}

  const RowFilter* find(TableId table, const Type* type, const Predicate& predicate) {
    for (const Link& link : predicate.left.links) {
      if (link.kind != LinkKind::step) return nullptr;
    }
    switch (predicate.cmp) {
      case Cmp::ne: {
        Predicate same = predicate;
        same.cmp = Cmp::eq;
        return negated(table, positive(table, type, same, same.left.links));
      }
      case Cmp::falsy: {
        Predicate same = predicate;
        same.cmp = Cmp::truthy;
        return negated(table, positive(table, type, same, same.left.links));
      }
      case Cmp::contains:
      case Cmp::not_contains:
        return nullptr;
      default:
        return positive(table, type, predicate, predicate.left.links);
    }
  }

 private:
  template <class Filter, class... Arguments>
  const RowFilter* make(Arguments&&... arguments) {
    return view_.arena.place<Filter>(std::forward<Arguments>(arguments)...);
  }

  const RowFilter* negated(TableId table, const RowFilter* filter) {
    if (filter == nullptr) return nullptr;
    return make<OtherRows>(store_.table(table).live_rows(), *filter);
  }

  const RowFilter* positive(TableId table, const Type* type, const Predicate& predicate,
                            std::span<const Link> path) {
    if (path.empty()) return nullptr;
    const TableBase& rows = store_.table(table);
    if (path[0].name == "@type") return of_type(table, predicate, path);
    const Member* member = find_member(rows, type, path[0].name);
    if (member == nullptr) return nullptr;
    if (member->kind == Kind::identifiers) return of_identifier(table, predicate, path);
    const Index* index = rows.index_of(*member);
    if (path.size() > 1) return through(table, *member, index, predicate, path.subspan(1));
    if (index == nullptr) return nullptr;
    switch (member->indexed) {
      case Indexed::bits:
        return of_symbols(*member, *index, predicate);
      case Indexed::ordered:
        return in_range(table, *index, predicate);
      case Indexed::equal:
        return member->kind == Kind::text ? of_text(*index, predicate) : nullptr;
      case Indexed::no:
        break;
    }
    return nullptr;
  }

  /// A member that means the same in all types of the table.
  static const Member* find_member(const TableBase& rows, const Type* only, std::string_view name) {
    if (only != nullptr) return only->find(name);
    const Member* found = nullptr;
    for (const Type* type : rows.types()) {
      const Member* own = type->find(name);
      if (own == nullptr) return nullptr;
      if (found != nullptr && (own->tag != found->tag || own->kind != found->kind)) return nullptr;
      found = own;
    }
    return found;
  }

  const RowFilter* of_type(TableId table, const Predicate& predicate, std::span<const Link> path) {
    if (path.size() != 1 || predicate.cmp != Cmp::eq || predicate.is_null) return nullptr;
    for (const Type* type : store_.table(table).types()) {
      if (type->name == predicate.value) return filter_of_type(view_, table, *type);
    }
    return make<NoRows>();
  }

  const RowFilter* of_identifier(TableId table, const Predicate& predicate,
                                 std::span<const Link> path) {
    if (path.size() != 2 || path[1].name == "@type" || !is_identifier_name(path[1].name)) {
      return nullptr;
    }
    const TableBase& rows = store_.table(table);
    if (path[1].name == "key") return of_key(table, predicate);
    const Text key = store_.strings().find(path[1].name);
    if (predicate.cmp == Cmp::truthy) return make<PostingRows>(rows.carriers(key));
    if (predicate.cmp != Cmp::eq) return nullptr;
    if (predicate.is_null) return negated(table, make<PostingRows>(rows.carriers(key)));
    return make<PostingRows>(rows.find_identifier(key, store_.strings().find(predicate.value)));
  }

  const RowFilter* of_key(TableId table, const Predicate& predicate) {
    if (predicate.cmp == Cmp::truthy) return all_rows(view_, table);
    if (predicate.cmp != Cmp::eq) return nullptr;
    const auto row = view_.keys.row(table, predicate.value);
    if (predicate.is_null || !row || !store_.table(table).alive(*row)) return make<NoRows>();
    return make<PostingRows>(Posting(*row));
  }

  const RowFilter* of_symbols(const Member& member, const Index& index,
                              const Predicate& predicate) {
    std::vector<const RowFilter*> parts;
    if (predicate.cmp != Cmp::eq && predicate.cmp != Cmp::truthy) return nullptr;
    for (uint32_t i = 0; i < member.symbols.size(); ++i) {
      if (predicate.cmp == Cmp::eq && (predicate.is_null || member.symbols[i] != predicate.value)) {
        continue;
      }
      parts.push_back(make<PostingRows>(index.bit(i)));
    }
    return parts.empty() ? make<NoRows>() : any_of(view_, parts);
  }

  const RowFilter* in_range(TableId table, const Index& index, const Predicate& predicate) {
    if (predicate.is_null || predicate.cmp == Cmp::truthy) return nullptr;
    const auto range = range_of(*index.member, predicate);
    if (!range) return nullptr;
    const RowFilter* known = make<RangeRows>(store_.table(table), index, *range);
    if (index.unknown().empty()) return known;
    const RowFilter* read =
        make<ReadRows>(evaluator_, table, index.unknown(), *view_.arena.make(Predicate(predicate)));
    return any_of(view_, std::array{known, read});
  }

  const RowFilter* of_text(const Index& index, const Predicate& predicate) {
    if (predicate.cmp != Cmp::eq || predicate.is_null || predicate.value.empty()) return nullptr;
    const Text text = store_.strings().find(predicate.value);
    return text ? make<PostingRows>(index.find(text.id)) : make<NoRows>();
  }

  /// A path through a reference: the rows that name what fits, or that own it.
  const RowFilter* through(TableId table, const Member& member, const Index* index,
                           const Predicate& predicate, std::span<const Link> rest) {
    const bool names = member.kind == Kind::ref || member.kind == Kind::refs;
    if (!names || predicate.cmp != Cmp::eq || predicate.is_null) return nullptr;
    const RowFilter* named = positive(member.target, nullptr, predicate, rest);
    if (named == nullptr) return nullptr;
    const Member* owner = store_.table(member.target).owner();
    if (index == nullptr && owner != nullptr && owner->target == table &&
        member.kind == Kind::refs) {
      return make<OwnerRows>(store_, table, member, *owner, *named);
    }
    if (index == nullptr || member.indexed != Indexed::equal || named->at_most() > followed_rows) {
      return nullptr;
    }
    std::vector<uint32_t> rows;
    named->collect(rows);
    std::vector<const RowFilter*> parts;
    for (const uint32_t row : rows) {
      parts.push_back(make<PostingRows>(index->find(Ref::to(row).value)));
    }
    return parts.empty() ? make<NoRows>() : any_of(view_, parts);
  }

  Evaluator& evaluator_;
  const View& view_;
  const Store& store_;
};

/// Keys from that of the value on; behind it if it is not to be among them itself.
KeyRange keys_of(Cmp cmp, AmountKey value) {
  const uint64_t at = value.key;
  const uint64_t behind = at + 1;
  switch (cmp) {
    case Cmp::eq:
      return value.exact ? KeyRange{at, behind} : KeyRange{0, 0};
    case Cmp::lt:
      return {0, value.exact ? at : behind};
    case Cmp::le:
      return {0, behind};
    case Cmp::gt:
      return {behind, unknown_key};
    case Cmp::ge:
      return {value.exact ? at : behind, unknown_key};
    default:
      return {0, 0};
  }
}

}  // namespace

const RowFilter* filter_of(Evaluator& evaluator, TableId table, const Type* type,
                           const Predicate& predicate) {
  return FilterMaker(evaluator).find(table, type, predicate);
}

const RowFilter* rows_naming(const View& view, TableId table, const Member& member, Ref named) {
  return view.arena.place<PostingRows>(view.store.table(table).find(member, named.value));
}

const RowFilter* rows_from(const View& view, TableId table, const Index& index, uint64_t from) {
  return view.arena.place<RangeRows>(view.store.table(table), index, KeyRange{from, unknown_key});
}

const RowFilter* filter_of_type(const View& view, TableId table, const Type& type) {
  const TableBase& rows = view.store.table(table);
  for (const Member* member : rows.stored()) {
    if (member->indexed != Indexed::bits) continue;
    const auto symbol = std::find(member->symbols.begin(), member->symbols.end(), type.name);
    if (symbol == member->symbols.end()) continue;
    const auto place = static_cast<uint32_t>(symbol - member->symbols.begin());
    return view.arena.place<PostingRows>(rows.index_of(*member)->bit(place));
  }
  return nullptr;
}

const RowFilter* all_rows(const View& view, TableId table) {
  return view.arena.place<OtherRows>(view.store.table(table).live_rows(),
                                     *view.arena.place<NoRows>());
}

const RowFilter* all_of(const View& view, std::span<const RowFilter* const> parts) {
  if (parts.size() == 1) return parts[0];
  std::vector<const RowFilter*> sorted(parts.begin(), parts.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const RowFilter* a, const RowFilter* b) { return a->at_most() < b->at_most(); });
  return view.arena.place<AllOf>(view, view.arena.copy(std::span<const RowFilter* const>(sorted)));
}

const RowFilter* any_of(const View& view, std::span<const RowFilter* const> parts) {
  if (parts.size() == 1) return parts[0];
  return view.arena.place<AnyOf>(view, view.arena.copy(parts));
}

std::string index_name(const Predicate& predicate) {
  return std::string(predicate.left_text);
}

std::optional<KeyRange> range_of(const Member& member, const Predicate& predicate) {
  const bool amounts = member.yields == Kind::amount;
  if (amounts && predicate.is_long_number) return std::nullopt;
  if (amounts && predicate.number) return keys_of(predicate.cmp, amount_key(*predicate.number));
  if (!amounts && predicate.instant) {
    return keys_of(predicate.cmp, {ordered_key(*predicate.instant), true});
  }
  return KeyRange{0, 0};  // what has no value of that kind fits nothing
}

}  // namespace waybill::query
