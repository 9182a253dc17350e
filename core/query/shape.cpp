#include "query/shape.hpp"

#include <algorithm>

#include "schema/keys.hpp"

namespace waybill::query {

namespace {

/// Slots under the operators of a shape, one after another.
class Slots {
 public:
  /// `open`: an object whose keys are data, such as `identifiers`.
  Slots(std::vector<Slot> slots, bool open) : slots_(std::move(slots)), open_(open) {}

  void apply(const Link& op, const Type* type) {
    switch (op.op) {
      case Op::with_all:
        if (type != nullptr) add_all(*type);
        return;
      case Op::just:
        drop_unnamed(op.selectors);
        [[fallthrough]];
      case Op::with:
        for (const Selector& selector : op.selectors) {
          add({.name = slot_name(selector), .expr = &selector.expr, .projection = &op});
        }
        return;
      case Op::without:
        for (const Selector& selector : op.selectors) drop(first_name(selector));
        return;
      case Op::simple_just:
        std::erase_if(slots_, [&](const Slot& slot) { return !names(op.selectors, slot.name); });
        return;
      case Op::where:
      case Op::either:
        for (const Predicate& predicate : op.predicates) add_left_side(predicate, op);
        return;
      case Op::typeless:
        typeless_ = true;
        return;
      default:
        return;
    }
  }

  Projection take(const View& view) const { return {view.arena.copy(slots_), typeless_}; }

 private:
  static bool names(std::span<const Selector> selectors, std::string_view name) {
    return std::any_of(selectors.begin(), selectors.end(),
                       [&](const Selector& selector) { return slot_name(selector) == name; });
  }
  static std::string_view first_name(const Selector& selector) {
    return selector.expr.links.empty() ? std::string_view{} : selector.expr.links[0].name;
  }

  std::vector<Slot>::iterator find(std::string_view name) {
    return std::find_if(slots_.begin(), slots_.end(),
                        [&](const Slot& slot) { return slot.name == name; });
  }

  /// The last of two with one name wins, in the place of the first.
  void add(const Slot& added) {
    if (added.name == "@type") return;  // shown in any case

    const auto same = find(added.name);
    if (same == slots_.end()) {
      slots_.push_back(added);
    } else if (!open_ || added.expr == nullptr || added.expr->links.size() != 1) {
      *same = added;
    }
  }

  void drop(std::string_view name) {
    std::erase_if(slots_, [&](const Slot& slot) { return slot.name == name; });
  }

  /// `just` starts from nothing; on an open object from its open keys.
  void drop_unnamed(std::span<const Selector> selectors) {
    if (!open_) return slots_.clear();
    if (!names(selectors, "key")) drop("key");
  }

  void add_all(const Type& type) {
    std::vector<Slot> all;
    for (const Member& member : type.members) {
      const bool shown = member.show == Show::by_default ||
                         (member.show == Show::on_request && member.kind != Kind::refused);
      if (!shown) continue;
      const auto own = find(member.name);
      all.push_back(own == slots_.end() ? Slot{.name = member.name, .member = &member} : *own);
    }
    for (const Slot& slot : slots_) {
      const bool there = std::any_of(all.begin(), all.end(),
                                     [&](const Slot& own) { return own.name == slot.name; });
      if (!there) all.push_back(slot);
    }
    slots_ = std::move(all);
  }

  /// a plain path shows its left side under the path as it was written.
  void add_left_side(const Predicate& predicate, const Link& op) {
    const std::span<const Link> links = predicate.left.links;
    const bool plain = std::all_of(links.begin(), links.end(), [](const Link& link) {
      return link.kind == LinkKind::step || link.kind == LinkKind::keyed;
    });
    if (!plain || links.empty() || predicate.left_text == "@type") return;
    if (find(predicate.left_text) != slots_.end()) return;
    slots_.push_back({.name = predicate.left_text, .expr = &predicate.left, .projection = &op});
  }

  std::vector<Slot> slots_;
  bool open_;
  bool typeless_ = false;
};

std::vector<Slot> default_slots(const Type& type) {
  std::vector<Slot> slots;
  for (const Member& member : type.members) {
    if (member.show != Show::by_default) continue;
    slots.push_back({.name = member.name, .member = &member});
  }
  return slots;
}

std::vector<Slot> slots_of_identifiers(const View& view, const Value& of) {
  std::vector<Slot> slots;
  bool declared;
  slots.push_back({.name = "key", .value = view.member(of, "key", declared)});
  const Member& member = view.type_of(of.table(), of.row()).members[0];
  const void* row = view.store.table(of.table()).row(of.row());
  for (const Identifier& own : field<Identifiers>(row, member)) {
    slots.push_back(
        {.name = view.store.view(own.key), .value = Value::of(view.store.view(own.value))});
  }
  return slots;
}

std::vector<Slot> slots_of_record(const Record& record) {
  std::vector<Slot> slots;
  for (const Record::Field& own : record.fields) {
    if (own.by_default) slots.push_back({.name = own.name, .value = own.value});
  }
  return slots;
}

}  // namespace

bool changes_form(Shape shape) {
  return std::any_of(shape.begin(), shape.end(), [](const Link& link) { return shapes(link.op); });
}

std::string_view slot_name(const Selector& selector) {
  if (!selector.alias.empty()) return selector.alias;
  const Expr* expr = &selector.expr;
  while (!expr->parts.empty()) expr = &expr->parts[0];
  if (expr->links.empty()) return {};
  switch (expr->links[0].kind) {
    case LinkKind::self:
      return "$this";
    case LinkKind::index:
      return "$index";
    case LinkKind::prior:
      return "$prior";
    case LinkKind::root:
      return expr->links.size() > 1 ? expr->links[1].name : std::string_view{};
    default:
      return expr->links[0].name;
  }
}

Alias find_alias(Shape shape, const Link& step) {
  if (step.kind != LinkKind::step) return {};
  for (size_t i = shape.size(); i > 0; --i) {
    if (shape[i - 1].op != Op::with && shape[i - 1].op != Op::just) continue;
    const std::span<const Selector> selectors = shape[i - 1].selectors;
    for (size_t j = selectors.size(); j > 0; --j) {
      if (!selectors[j - 1].alias.empty() && selectors[j - 1].alias == step.name) {
        return {&shape[i - 1], &selectors[j - 1].expr};
      }
    }
  }
  return {};
}

bool is_shown(const View& view, const Known& from, std::span<const Link> path, Shape shape) {
  Known known = from;
  known.list = false;
  for (const Link& link : path) {
    if (link.kind == LinkKind::op) return true;
    if (known.form == Known::Form::objects && link.name != "@type") {
      const bool shown = std::any_of(known.types.begin(), known.types.end(), [&](const Type* type) {
        const std::span<const Slot> slots = project(view, *type, shape).slots;
        return std::any_of(slots.begin(), slots.end(),
                           [&](const Slot& slot) { return slot.name == link.name; });
      });
      if (!shown) return false;
    }
    bool declared;
    known = follow(view, known, link, declared);
    known.list = false;
    shape = {};
  }
  return true;
}

Value shaped(const View& view, const Value& value, Shape shape) {
  if (shape.empty() || value.missing() || value.is_scalar() || value.kind() == ValueKind::shaped) {
    return value;
  }
  return Value::shaped(view.arena.make(Shaped{value, shape}));
}

Projection project(const View& view, const Type& type, Shape shape) {
  Slots slots(default_slots(type), false);
  for (const Link& op : shape) slots.apply(op, &type);
  return slots.take(view);
}

Projection project(const View& view, const Value& object, Shape shape) {
  if (const Type* type = view.type_of(object)) return project(view, *type, shape);
  const bool identifiers = object.kind() == ValueKind::identifiers;
  Slots slots(identifiers ? slots_of_identifiers(view, object) : slots_of_record(object.record()),
              identifiers || object.record().open);
  for (const Link& op : shape) slots.apply(op, nullptr);
  return slots.take(view);
}

}  // namespace waybill::query
