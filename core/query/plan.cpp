#include "query/plan.hpp"

#include <algorithm>
#include <bit>

#include "base/limits.hpp"
#include "query/compare.hpp"
#include "query/row_filter.hpp"
#include "query/stream.hpp"

namespace waybill::query {

namespace {

/// A filter that leaves no more rows than this is read out and sorted.
constexpr uint64_t few_rows = 256;
constexpr uint64_t few_of = 256;  // or this part of the table
/// What reading out and sorting one row costs, in rows of an ordered walk.
constexpr uint64_t sort_cost = 2;
/// How many rows a predicate without an index is taken to read for one that it keeps.
constexpr uint64_t guessed_selectivity = 4;

/// Rows in natural order, from a sorted list.
class SparseWalk final : public ValueStream {
 public:
  SparseWalk(const View& view, TableId table, std::span<const uint32_t> rows)
      : view_(view), table_(table), rows_(rows) {}
  bool next(Value& out) override {
    if (at_ >= rows_.size() || view_.overspent()) return false;
    view_.spend_row();
    out = Value::entity(table_, rows_[at_++]);
    return true;
  }
  uint64_t drain() override { return rows_.size() - std::exchange(at_, rows_.size()); }
  void skip(uint64_t count) override { at_ += std::min<uint64_t>(count, rows_.size() - at_); }

 private:
  const View& view_;
  TableId table_;
  std::span<const uint32_t> rows_;
  size_t at_ = 0;
};

/// Rows in natural order, chunk by chunk: what the dense filter contains, and the others too. All
/// of them together are `all`.
class DenseWalk final : public ValueStream {
 public:
  DenseWalk(const View& view, TableId table, const RowFilter& all, const RowFilter& dense,
            const RowFilter* other)
      : view_(view),
        table_(table),
        all_(all),
        dense_(dense),
        other_(other),
        chunks_((view.store.table(table).size() + RowSet::chunk_rows - 1) / RowSet::chunk_rows) {}

  bool next(Value& out) override {
    while (!view_.overspent()) {
      for (; word_ < words_.size(); ++word_) {
        uint64_t& word = words_[word_];
        while (word != 0) {
          const auto bit = static_cast<uint32_t>(std::countr_zero(word));
          word &= word - 1;
          const uint32_t row =
              (chunk_ - 1) * RowSet::chunk_rows + static_cast<uint32_t>(word_) * 64 + bit;
          if (other_ != nullptr && !other_->contains(row)) continue;
          view_.spend_row();
          out = Value::entity(table_, row);
          return true;
        }
      }
      if (!load()) return false;
    }
    return false;
  }

  uint64_t drain() override {
    if (chunk_ == 0) {
      chunk_ = chunks_;
      if (const auto count = all_.count()) return *count;
      chunk_ = 0;
    }
    if (other_ != nullptr) return ValueStream::drain();
    uint64_t count = left_in_chunk();
    while (load()) count += left_in_chunk();
    word_ = words_.size();
    return count;
  }

  void skip(uint64_t count) override {
    if (other_ != nullptr) return ValueStream::skip(count);
    while (count > 0) {
      const uint64_t here = left_in_chunk();
      if (count < here) return ValueStream::skip(count);
      count -= here;
      if (!load()) return;
    }
  }

 private:
  bool load() {
    word_ = words_.size();
    if (chunk_ >= chunks_) return false;
    dense_.fill(chunk_++, words_);
    view_.spend(1);
    word_ = 0;
    return true;
  }
  uint64_t left_in_chunk() const {
    uint64_t count = 0;
    for (size_t i = word_; i < words_.size(); ++i) {
      count += static_cast<uint64_t>(std::popcount(words_[i]));
    }
    return count;
  }

  const View& view_;
  TableId table_;
  const RowFilter& all_;
  const RowFilter& dense_;
  const RowFilter* other_;
  uint32_t chunks_;
  uint32_t chunk_ = 0;  // the next to load
  RowSet::Chunk words_;
  size_t word_ = words_.size();
};

/// Rows by the keys of an ordered index; ties keep natural order in both directions.
class OrderedWalk final : public ValueStream {
 public:
  OrderedWalk(const View& view, TableId table, const OrderedRows& index, KeyRange range,
              bool descending, const RowFilter* filter)
      : view_(view),
        table_(table),
        index_(index),
        range_(range),
        descending_(descending),
        filter_(filter),
        at_(index.seek(range.low, 0)) {
    if (descending) start_group(index.key_before(range.high));
  }

  bool next(Value& out) override {
    while (!view_.overspent()) {
      if (descending_ && group_ && (at_.at_end() || at_.key() != *group_)) {
        start_group(index_.key_before(*group_));
      }
      const bool ended = descending_ ? !group_ : at_.at_end() || at_.key() >= range_.high;
      if (ended) return false;
      const uint32_t row = at_.row();
      at_.next();
      view_.spend_row();
      if (filter_ != nullptr && !filter_->contains(row)) continue;
      out = Value::entity(table_, row);
      return true;
    }
    return false;
  }

 private:
  void start_group(std::optional<uint64_t> key) {
    group_ = key && *key >= range_.low ? key : std::nullopt;
    if (group_) at_ = index_.seek(*group_, 0);
  }

  const View& view_;
  TableId table_;
  const OrderedRows& index_;
  KeyRange range_;
  bool descending_;
  const RowFilter* filter_;
  OrderedRows::Cursor at_;
  std::optional<uint64_t> group_;  // descending: the key whose rows are walked
};

/// What has to be looked up in rows: the predicates that no index answers.
class Remaining final : public ValueStream {
 public:
  Remaining(Evaluator& evaluator, ValueStream& input, std::span<const Predicate* const> all,
            std::span<const Link* const> any)
      : evaluator_(evaluator), input_(input), all_(all), any_(any) {}
  bool next(Value& out) override {
    while (!evaluator_.failed() && input_.next(out)) {
      const bool fits = std::all_of(all_.begin(), all_.end(), [&](const Predicate* each) {
        return evaluator_.matches(out, *each);
      });
      if (fits && std::all_of(any_.begin(), any_.end(),
                              [&](const Link* each) { return passes(evaluator_, out, *each); })) {
        return true;
      }
    }
    return false;
  }

 private:
  Evaluator& evaluator_;
  ValueStream& input_;
  std::span<const Predicate* const> all_;
  std::span<const Link* const> any_;
};

class Planner {
 public:
  Planner(Evaluator& evaluator, const Value& rows, std::span<const Link> ops)
      : evaluator_(evaluator),
        view_(evaluator.view()),
        rows_(rows),
        ops_(ops),
        table_(view_.store.table(rows.table())) {}

  size_t plan(Value& out) {
    if (rows_.type() != nullptr) {
      const RowFilter* of_type = filter_of_type(view_, rows_.table(), *rows_.type());
      if (of_type == nullptr) return 0;
      parts_.push_back(of_type);
      indexes_.push_back("@type");
    }
    read_operators();
    if (parts_.empty() && remaining_.empty() && either_.empty() && order_ == nullptr) {
      explain_scan();
      return 0;
    }
    if (order_ != nullptr && !walk_is_cheaper()) give_up_order();
    ValueStream* stream = order_ != nullptr ? ordered_walk() : natural_walk();
    if (!remaining_.empty() || !either_.empty()) {
      stream = view_.arena.place<Remaining>(evaluator_, *stream, view_.arena.copy(remaining_),
                                            view_.arena.copy(either_));
    }
    explain();
    out = Value::stream(*stream);
    return end_;
  }

 private:
  /// The filters at the front of the run, and one order among them.
  void read_operators() {
    for (; end_ < ops_.size(); ++end_) {
      const Link& op = ops_[end_];
      if (names_index(op)) return;  // positions are those in what the operators so far leave
      if (is_projection(op.op) && !op.has_parentheses) continue;
      if (is_projection(op.op) && (!op.selectors.empty() || op.op == Op::just)) continue;
      if ((op.op == Op::where || op.op == Op::either) && !op.predicates.empty()) {
        read_filter(op);
      } else if (op.op == Op::order_by && order_ == nullptr && has_ordered_index(op)) {
        order_ = &op;
        order_at_ = end_;
        before_order_ = {parts_.size(), remaining_.size(), either_.size(), indexes_.size(),
                         filters_.size()};
      } else {
        return;
      }
    }
  }

  void read_filter(const Link& op) {
    std::vector<const RowFilter*> found;
    for (const Predicate& predicate : op.predicates) {
      const RowFilter* filter = filter_of(evaluator_, rows_.table(), rows_.type(), predicate);
      if (filter != nullptr) {
        found.push_back(filter);
      } else if (op.op == Op::where) {
        remaining_.push_back(&predicate);
      }
    }
    if (op.op == Op::where) {
      parts_.insert(parts_.end(), found.begin(), found.end());
    } else if (found.size() == op.predicates.size()) {
      parts_.push_back(any_of(view_, found));
    } else {
      either_.push_back(&op);
    }
    for (const Predicate& predicate : op.predicates) note(op, predicate);
  }

  void note(const Link& op, const Predicate& predicate) {
    if (evaluator_.around().explanation == nullptr) return;
    const bool read = op.op == Op::where ? std::find(remaining_.begin(), remaining_.end(),
                                                     &predicate) != remaining_.end()
                                         : !either_.empty() && either_.back() == &op;
    (read ? filters_ : indexes_).push_back(index_name(predicate));
  }

  bool has_ordered_index(const Link& op) {
    if (op.sort == nullptr || op.sort->expr.links.size() != 1) return false;
    const Link& link = op.sort->expr.links[0];
    if (link.kind != LinkKind::step || table_.types().size() != 1) return false;
    const Member* member = table_.types()[0]->find(link.name);
    if (member == nullptr || member->indexed != Indexed::ordered) return false;
    index_ = table_.index_of(*member);
    // Missing values come first or last: the index does not hold them.
    if (index_ == nullptr || index_->ordered.size() != table_.live()) return false;
    range_ = {};
    if (op.sort->after == nullptr) return true;
    const auto range = range_of(*member, *op.sort->after);
    if (range) range_ = *range;
    return range.has_value();
  }

  /// How many rows the operators behind let through, at most.
  uint64_t wanted() const {
    const uint64_t most = most_taken(ops_.subspan(end_));
    return most == UINT64_MAX ? limits::kept_values : most;
  }

  bool walk_is_cheaper() const {
    const uint64_t all = std::max<uint64_t>(
        1, index_->ordered.count_below(range_.high) - index_->ordered.count_below(range_.low));
    uint64_t kept = all;
    for (const RowFilter* part : parts_) kept = std::min(kept, part->at_most());
    if (kept == 0) return false;
    const uint64_t guess = remaining_.empty() && either_.empty() ? 1 : guessed_selectivity;
    const uint64_t walked = std::min(all, wanted() * guess * (all / kept + 1));
    return walked <= kept * sort_cost;
  }

  /// The sort runs later, over what the filters in front of it leave.
  void give_up_order() {
    end_ = order_at_;
    parts_.resize(before_order_.parts);
    remaining_.resize(before_order_.remaining);
    either_.resize(before_order_.either);
    indexes_.resize(before_order_.indexes);
    filters_.resize(before_order_.filters);
    order_ = nullptr;
  }

  ValueStream* ordered_walk() {
    const RowFilter* filter = parts_.empty() ? nullptr : all_of(view_, parts_);
    return view_.arena.place<OrderedWalk>(view_, rows_.table(), index_->ordered, range_,
                                          order_->sort->descending, filter);
  }

  ValueStream* natural_walk() {
    if (parts_.empty()) {
      scan_ = true;
      return view_.arena.place<RowScan>(view_, rows_.table(), rows_.type());
    }
    const RowFilter* all = all_of(view_, parts_);
    const uint64_t most = all->at_most();
    if (most <= std::max(few_rows, uint64_t{table_.live()} / few_of)) return sparse(*all);
    std::vector<const RowFilter*> dense;
    std::vector<const RowFilter*> other;
    for (const RowFilter* part : parts_) (part->is_dense() ? dense : other).push_back(part);
    if (dense.empty()) {
      if (most < table_.live() / 4 && wanted() > table_.live() / 64) return sparse(*all);
      dense.push_back(all_rows(view_, rows_.table()));
    }
    return view_.arena.place<DenseWalk>(view_, rows_.table(), *all, *all_of(view_, dense),
                                        other.empty() ? nullptr : all_of(view_, other));
  }

  ValueStream* sparse(const RowFilter& filter) {
    std::vector<uint32_t> rows;
    filter.collect(rows);
    view_.spend(rows.size());
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    return view_.arena.place<SparseWalk>(view_, rows_.table(), view_.arena.copy(rows));
  }

  void explain_scan() {
    scan_ = true;
    explain();
  }

  void explain() {
    Explanation* explanation = evaluator_.around().explanation;
    if (explanation == nullptr) return;
    Explanation::Access access;
    access.collection = table_.types()[0]->name;
    access.access = order_ != nullptr ? "ordered index" : scan_ ? "scan" : "index";
    access.indexes = indexes_;
    access.filters = filters_;
    access.order = order_ != nullptr ? "index" : "natural";
    explanation->accesses.push_back(std::move(access));
  }

  Evaluator& evaluator_;
  const View& view_;
  const Value& rows_;
  std::span<const Link> ops_;
  const TableBase& table_;
  size_t end_ = 0;
  std::vector<const RowFilter*> parts_;      // what indexes answer
  std::vector<const Predicate*> remaining_;  // what rows answer
  std::vector<const Link*> either_;          // likewise, of `either`
  const Link* order_ = nullptr;
  size_t order_at_ = 0;
  struct Counts {
    size_t parts = 0, remaining = 0, either = 0, indexes = 0, filters = 0;
  };
  Counts before_order_;
  const Index* index_ = nullptr;
  KeyRange range_;
  bool scan_ = false;
  std::vector<std::string> indexes_, filters_;  // for the explanation
};

}  // namespace

size_t plan_rows(Evaluator& evaluator, Value& rows, std::span<const Link> ops) {
  if (!evaluator.around().use_indexes) return 0;
  const Value source = rows;
  return Planner(evaluator, source, ops).plan(rows);
}

namespace {

void explain_walk(Evaluator& evaluator, const TableBase& table, std::vector<std::string> indexes) {
  Explanation* explanation = evaluator.around().explanation;
  if (explanation == nullptr) return;
  explanation->accesses.push_back(
      {std::string(table.types()[0]->name), "ordered index", std::move(indexes), {}, "index"});
}

}  // namespace

Found find_rows(Evaluator& evaluator, TableId id, std::span<const NamedFilter> filters,
                const Member& member, uint64_t from) {
  const View& view = evaluator.view();
  const TableBase& table = view.store.table(id);
  const Index* index = table.index_of(member);
  check(index != nullptr);
  std::vector<const RowFilter*> parts{rows_from(view, id, *index, from)};
  std::vector<std::string> indexes{std::string(member.name)};
  for (const NamedFilter& own : filters) {
    parts.push_back(own.rows);
    indexes.emplace_back(own.name);
  }
  std::vector<uint32_t> rows;
  all_of(view, parts)->collect(rows);
  std::vector<std::pair<uint64_t, uint32_t>> keyed;
  keyed.reserve(rows.size());
  for (const uint32_t row : rows) {
    view.spend_row();
    keyed.emplace_back(index->key_of(table.row(row), row), row);
  }
  std::sort(keyed.begin(), keyed.end());
  Found found;
  if (!keyed.empty()) found.last_key = keyed.back().first;
  std::vector<Value> values;
  values.reserve(keyed.size());
  for (const auto& [key, row] : keyed) values.push_back(Value::entity(id, row));
  found.rows = Value::values(view.arena.copy(values), table.types()[0]);
  explain_walk(evaluator, table, std::move(indexes));
  return found;
}

Value rows_between(Evaluator& evaluator, const Value& rows, const Member& member, KeyRange range) {
  const View& view = evaluator.view();
  const Index* index = view.store.table(rows.table()).index_of(member);
  check(index != nullptr);  // every member that windows go by is indexed
  explain_walk(evaluator, view.store.table(rows.table()), {std::string(member.name)});
  return Value::stream(
      *view.arena.place<OrderedWalk>(view, rows.table(), index->ordered, range, false, nullptr));
}

}  // namespace waybill::query
