#include "query/stream.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "query/compare.hpp"

namespace waybill::query {

bool RowScan::next(Value& out) {
  const TableBase& table = view_.store.table(table_);
  while (row_ < table.size() && !view_.overspent()) {
    const uint32_t row = row_++;
    if (!table.alive(row)) continue;
    view_.spend_row();
    if (type_ != nullptr && &view_.type_of(table_, row) != type_) continue;
    out = Value::entity(table_, row);
    return true;
  }
  return false;
}

uint64_t RowScan::drain() {
  if (row_ == 0 && type_ == nullptr) {
    row_ = view_.store.table(table_).size();
    return view_.store.table(table_).live();
  }
  return ValueStream::drain();
}

bool ListWalk::next(Value& out) {
  if (at_ >= size_ || view_.overspent()) return false;
  view_.spend(1);
  out = view_.element(list_, at_++);
  return true;
}

uint64_t ListWalk::drain() {
  return size_ - std::exchange(at_, size_);
}

void ListWalk::skip(uint64_t count) {
  at_ += static_cast<uint32_t>(std::min<uint64_t>(count, size_ - at_));
}

uint64_t most_taken(std::span<const Link> ops) {
  uint64_t skipped = 0;
  for (const Link& op : ops) {
    if (is_projection(op.op)) continue;
    if (op.op == Op::first) return skipped + 1;
    if (op.op == Op::take) return skipped + read_number(op).value_or(0);
    if (op.op != Op::skip) break;
    skipped += std::min<uint64_t>(read_number(op).value_or(0), limits::kept_values);
  }
  return UINT64_MAX;
}

bool passes(Evaluator& evaluator, const Value& element, const Link& op) {
  const auto fits = [&](const Predicate& each) { return evaluator.matches(element, each); };
  if (op.predicates.empty()) return is_truthy(evaluator.view(), element);
  return op.op == Op::either ? std::any_of(op.predicates.begin(), op.predicates.end(), fits)
                             : std::all_of(op.predicates.begin(), op.predicates.end(), fits);
}

bool Filter::next(Value& out) {
  while (!evaluator_.failed() && input_.next(out)) {
    const uint32_t outer = std::exchange(evaluator_.index, position_++);
    const bool kept = passes(evaluator_, out, op_);
    evaluator_.index = outer;
    if (kept) return true;
  }
  return false;
}

bool Numbered::next(Value& out) {
  if (!input_.next(out)) return false;
  if (out.is_object()) evaluator_.note_position(out, projection_, position_);
  ++position_;
  return true;
}

void Numbered::skip(uint64_t count) {
  input_.skip(count);
  position_ += static_cast<uint32_t>(count);
}

bool Take::next(Value& out) {
  if (left_ == 0) return false;
  --left_;
  return input_.next(out);
}

uint64_t Take::drain() {
  return std::min(input_.drain(), std::exchange(left_, 0));
}

bool Skip::next(Value& out) {
  if (count_ > 0) input_.skip(std::exchange(count_, 0));
  return input_.next(out);
}

uint64_t Skip::drain() {
  const uint64_t all = input_.drain();
  const uint64_t left_out = std::min(all, std::exchange(count_, 0));
  return all - left_out;
}

bool Repeat::next(Value& out) {
  if (times_ == 0 || items_.empty()) return false;
  out = items_[at_];
  if (++at_ == items_.size()) {
    at_ = 0;
    --times_;
  }
  return true;
}

uint64_t Repeat::drain() {
  const uint64_t left = items_.size() * std::exchange(times_, 0) - at_;
  at_ = 0;
  return left;
}

ValueStream& open_list(const View& view, const Value& list) {
  switch (list.list()) {
    case ListKind::stream:
      return list.stream();
    case ListKind::rows:
      return *view.arena.place<RowScan>(view, list.table(), list.type());
    default:
      return *view.arena.place<ListWalk>(view, list);
  }
}

}  // namespace waybill::query
