/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Two stacks of states with names. A step that is undone moves to the other one with the state that it
 * takes the place of. */

#include "zd_history.h"

enum { TYPING_US = 2000000 }; /* what is typed within it is one step */

typedef struct step {
    gpointer state;
    char *label;
    gint64 typed_us; /* when it was typed last; 0: it was not typed */
} step;

struct ZdHistory {
    const ZdHistoryClass *class;
    gpointer document;
    GPtrArray *undo; /* of step, oldest first */
    GPtrArray *redo;
    int depth;   /* of begin without end */
    char *label; /* of the running step */
    gboolean is_typed;
    gpointer pending; /* the state before it; NULL: nothing was changed yet */
};

/* The stacks free their steps by hand: how a state is freed, only the history knows. */
static void empty(ZdHistory *history, GPtrArray *steps)
{
    while (steps->len > 0) {
        step *s = g_ptr_array_steal_index(steps, steps->len - 1);
        history->class->free_state(s->state);
        g_free(s->label);
        g_free(s);
    }
}

static void drop_pending(ZdHistory *history)
{
    if (history->pending != NULL) {
        history->class->free_state(g_steal_pointer(&history->pending));
    }
}

ZdHistory *zd_history_new(const ZdHistoryClass *class, gpointer document)
{
    g_return_val_if_fail(class != NULL && document != NULL, NULL);
    ZdHistory *history = g_new0(ZdHistory, 1);
    history->class = class;
    history->document = document;
    history->undo = g_ptr_array_new();
    history->redo = g_ptr_array_new();
    return history;
}

void zd_history_free(ZdHistory *history)
{
    zd_history_clear(history);
    drop_pending(history);
    g_ptr_array_unref(history->undo);
    g_ptr_array_unref(history->redo);
    g_free(history->label);
    g_free(history);
}

void zd_history_clear(ZdHistory *history)
{
    empty(history, history->undo);
    empty(history, history->redo);
}

void zd_history_begin(ZdHistory *history, const char *label)
{
    if (history->depth++ == 0) {
        g_free(history->label);
        history->label = g_strdup(label);
    }
}

void zd_history_begin_typing(ZdHistory *history, const char *label)
{
    zd_history_begin(history, label);
    history->is_typed = history->depth == 1;
}

void zd_history_end(ZdHistory *history)
{
    g_return_if_fail(history->depth > 0);
    if (--history->depth == 0) {
        zd_history_finish(history, history->label);
        history->is_typed = FALSE;
    }
}

void zd_history_remember(ZdHistory *history)
{
    if (history->pending == NULL) {
        history->pending = history->class->copy(history->document);
    }
}

static const char *last_label(const GPtrArray *steps)
{
    return steps->len > 0 ? ((const step *) steps->pdata[steps->len - 1])->label : NULL;
}

/* Whether the running step goes on with the last one, which then has its state from before both. */
static gboolean goes_on(ZdHistory *history, const char *label, gint64 now_us)
{
    if (!history->is_typed || g_strcmp0(last_label(history->undo), label) != 0) {
        return FALSE;
    }
    step *last = history->undo->pdata[history->undo->len - 1];
    if (last->typed_us == 0 || now_us - last->typed_us > TYPING_US) {
        return FALSE;
    }
    last->typed_us = now_us;
    return TRUE;
}

static void push(ZdHistory *history, const char *label, gint64 typed_us)
{
    step *s = g_new0(step, 1);
    s->label = g_strdup(label);
    s->state = g_steal_pointer(&history->pending);
    s->typed_us = typed_us;
    g_ptr_array_add(history->undo, s);
}

void zd_history_finish(ZdHistory *history, const char *label)
{
    if (history->depth > 0 || history->pending == NULL) {
        return;
    }
    if (history->class->is_now(history->document, history->pending)) {
        drop_pending(history);
        return;
    }
    gint64 now_us = g_get_monotonic_time();
    if (goes_on(history, label, now_us)) {
        drop_pending(history);
    } else {
        push(history, label, history->is_typed ? now_us : 0);
    }
    empty(history, history->redo);
    history->class->stepped(history->document);
}

const char *zd_history_undo_label(const ZdHistory *history)
{
    return last_label(history->undo);
}

const char *zd_history_redo_label(const ZdHistory *history)
{
    return last_label(history->redo);
}

static gboolean step_over(ZdHistory *history, GPtrArray *from, GPtrArray *to)
{
    if (from->len == 0 || history->depth > 0) {
        return FALSE;
    }
    step *s = g_ptr_array_steal_index(from, from->len - 1);
    s->state = history->class->exchange(history->document, s->state);
    g_ptr_array_add(to, s);
    history->class->stepped(history->document);
    return TRUE;
}

gboolean zd_history_undo(ZdHistory *history)
{
    return step_over(history, history->undo, history->redo);
}

gboolean zd_history_redo(ZdHistory *history)
{
    return step_over(history, history->redo, history->undo);
}
