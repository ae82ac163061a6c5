/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A paused job sleeps where it tells of its progress. */

#include "zd_export.h"

#include <string.h>

static const ZdExportPreset presets[] = {
    { "H.264 movie (.mp4)", "_zdepth.mp4", NULL, NULL, ZDEPTH_JOB_RENDER },
    { "ProRes 4444 with alpha (.mov)", "_zdepth.mov", "prores_ks", "yuva444p10le",
      ZDEPTH_JOB_RENDER },
    { "FFV1, lossless (.mkv)", "_zdepth.mkv", "ffv1", NULL, ZDEPTH_JOB_RENDER },
    { "PNG sequence", "_%04d.png", NULL, NULL, ZDEPTH_JOB_RENDER },
    { "EXR sequence", "_%04d.exr", NULL, NULL, ZDEPTH_JOB_RENDER },
    { "Depth as EXR sequence", "_depth_%04d.exr", NULL, NULL, ZDEPTH_JOB_DEPTH },
    { "Matte as movie (.mkv)", "_matte.mkv", "ffv1", NULL, ZDEPTH_JOB_MATTE },
};

typedef struct item {
    ZdExportItem shown; /* in GTK's thread */
    zdepth_project *project;
    zdepth_job_kind kind;
    zdepth_cancel *cancel;
} item;

struct _ZdExport {
    GObject parent_instance;
    zdepth_context *context;
    GPtrArray *items;
    GThread *worker;
    GMutex lock; /* guards the queue of waiting items and the two flags */
    GCond wake;
    GQueue waiting;
    gboolean quit;
    gboolean paused;
    item *running;
    gint64 started_us;
};

G_DEFINE_FINAL_TYPE(ZdExport, zd_export, G_TYPE_OBJECT)

static guint changed_signal;

const ZdExportPreset *zd_export_preset(int index)
{
    return index >= 0 && index < (int) G_N_ELEMENTS(presets) ? &presets[index] : NULL;
}

static void free_item(gpointer data)
{
    item *i = data;
    zdepth_project_destroy(&i->project);
    zdepth_cancel_destroy(&i->cancel);
    g_free(i->shown.path);
    g_free(i->shown.message);
    g_free(i);
}

/* ---- news for GTK's thread ---- */

typedef struct news {
    ZdExport *queue;
    item *of;
    ZdExportItem now;
} news;

static void free_news(gpointer data)
{
    news *n = data;
    g_free(n->now.message);
    g_object_unref(n->queue);
    g_free(n);
}

static gboolean deliver(gpointer data)
{
    news *n = data;
    guint index;
    if (n->queue->worker != NULL && g_ptr_array_find(n->queue->items, n->of, &index)) {
        ZdExportItem *shown = &n->of->shown;
        shown->state = n->now.state;
        memcpy(shown->stage, n->now.stage, sizeof shown->stage);
        shown->done = n->now.done;
        shown->total = n->now.total;
        shown->rate = n->now.rate;
        g_free(shown->message);
        shown->message = g_steal_pointer(&n->now.message);
        g_signal_emit(n->queue, changed_signal, 0, (int) index);
    }
    return G_SOURCE_REMOVE;
}

static void send(ZdExport *self, item *of, ZdExportItem now)
{
    news *n = g_new0(news, 1);
    n->queue = g_object_ref(self);
    n->of = of;
    n->now = now;
    g_idle_add_full(G_PRIORITY_DEFAULT, deliver, n, free_news); /* never in this thread */
}

/* ---- the worker ---- */

static void hear(void *user, const char *stage, int64_t done, int64_t total)
{
    ZdExport *self = user;
    ZdExportItem now = { .state = ZD_EXPORT_RUNNING, .done = done, .total = total };
    double seconds = (double) (g_get_monotonic_time() - self->started_us) * 1e-6;
    now.rate = seconds > 0.0 ? (double) done / seconds : 0.0;
    g_strlcpy(now.stage, stage, sizeof now.stage);
    send(self, self->running, now);
    g_mutex_lock(&self->lock);
    while (self->paused && !self->quit && !zdepth_cancel_requested(self->running->cancel)) {
        g_cond_wait(&self->wake, &self->lock);
    }
    g_mutex_unlock(&self->lock);
}

static void run(ZdExport *self, item *of)
{
    zdepth_error error;
    zdepth_task task = { .cancel = of->cancel, .progress = hear, .progress_user = self };
    zdepth_job_options options = { .size = sizeof options, .kind = of->kind };
    ZdExportItem now = { .state = ZD_EXPORT_RUNNING };
    self->started_us = g_get_monotonic_time();
    send(self, of, now);
    zdepth_job_report report;
    zdepth_status status =
        zdepth_job_run(self->context, of->project, &options, &task, &report, &error);
    now.done = report.frames;
    now.total = report.frames;
    now.state = status == ZDEPTH_OK              ? ZD_EXPORT_DONE
                : status == ZDEPTH_ERR_CANCELLED ? ZD_EXPORT_CANCELLED
                                                 : ZD_EXPORT_FAILED;
    now.message = now.state == ZD_EXPORT_FAILED ? g_strdup(error.message) : NULL;
    send(self, of, now);
}

static gpointer work(gpointer user)
{
    ZdExport *self = user;
    for (;;) {
        g_mutex_lock(&self->lock);
        while (!self->quit && (self->paused || g_queue_is_empty(&self->waiting))) {
            g_cond_wait(&self->wake, &self->lock);
        }
        item *next = self->quit ? NULL : g_queue_pop_head(&self->waiting);
        self->running = next;
        g_mutex_unlock(&self->lock);
        if (next == NULL) {
            return NULL;
        }
        run(self, next);
        g_mutex_lock(&self->lock);
        self->running = NULL;
        g_mutex_unlock(&self->lock);
    }
}

/* ---- the object ---- */

static void zd_export_dispose(GObject *object)
{
    ZdExport *self = ZD_EXPORT(object);
    if (self->worker != NULL) {
        g_mutex_lock(&self->lock);
        self->quit = TRUE;
        if (self->running != NULL) {
            zdepth_cancel_request(self->running->cancel);
        }
        g_cond_broadcast(&self->wake);
        g_mutex_unlock(&self->lock);
        g_thread_join(g_steal_pointer(&self->worker));
    }
    G_OBJECT_CLASS(zd_export_parent_class)->dispose(object);
}

static void zd_export_finalize(GObject *object)
{
    ZdExport *self = ZD_EXPORT(object);
    g_queue_clear(&self->waiting);
    g_ptr_array_unref(self->items);
    g_mutex_clear(&self->lock);
    g_cond_clear(&self->wake);
    G_OBJECT_CLASS(zd_export_parent_class)->finalize(object);
}

static void zd_export_class_init(ZdExportClass *class)
{
    G_OBJECT_CLASS(class)->dispose = zd_export_dispose;
    G_OBJECT_CLASS(class)->finalize = zd_export_finalize;
    changed_signal = g_signal_new("changed", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void zd_export_init(ZdExport *self)
{
    g_mutex_init(&self->lock);
    g_cond_init(&self->wake);
    g_queue_init(&self->waiting);
    self->items = g_ptr_array_new_with_free_func(free_item);
}

ZdExport *zd_export_new(zdepth_context *context)
{
    ZdExport *self = g_object_new(ZD_TYPE_EXPORT, NULL);
    self->context = context;
    self->worker = g_thread_new("export", work, self);
    return self;
}

static zdepth_status set_up(zdepth_project *project, const ZdExportPreset *preset, const char *path,
                            const char *frames, zdepth_error *reason)
{
    const struct {
        const char *name;
        const char *text;
    } values[] = { { "output", path },
                   { "codec", preset->codec },
                   { "pixel_format", preset->pixel_format },
                   { "frames", frames } };
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        if (values[i].text != NULL) {
            zdepth_status status = zdepth_project_set(project, ZDEPTH_PROJECT_ITSELF,
                                                      values[i].name, values[i].text, 0.0, reason);
            if (status != ZDEPTH_OK) {
                return status;
            }
        }
    }
    return ZDEPTH_OK;
}

int zd_export_add(ZdExport *self, const zdepth_project *project, const ZdExportPreset *preset,
                  const char *path, const char *frames, GError **error)
{
    g_return_val_if_fail(project != NULL && path != NULL, -1);
    zdepth_error reason;
    item *i = g_new0(item, 1);
    zdepth_status status = zdepth_project_copy(project, &i->project, &reason);
    if (status == ZDEPTH_OK) {
        status = set_up(i->project, preset, path, frames, &reason);
    }
    if (status != ZDEPTH_OK) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, reason.message);
        free_item(i);
        return -1;
    }
    i->kind = preset->kind;
    i->cancel = zdepth_cancel_create();
    i->shown.path = g_strdup(path);
    g_ptr_array_add(self->items, i);
    g_mutex_lock(&self->lock);
    g_queue_push_tail(&self->waiting, i);
    g_cond_broadcast(&self->wake);
    g_mutex_unlock(&self->lock);
    return (int) self->items->len - 1;
}

const ZdExportItem *zd_export_item(ZdExport *self, int index)
{
    return index >= 0 && index < (int) self->items->len
               ? &((item *) self->items->pdata[index])->shown
               : NULL;
}

void zd_export_cancel(ZdExport *self, int index)
{
    if (index < 0 || index >= (int) self->items->len) {
        return;
    }
    item *i = self->items->pdata[index];
    g_mutex_lock(&self->lock);
    gboolean waited = g_queue_remove(&self->waiting, i);
    zdepth_cancel_request(i->cancel);
    g_cond_broadcast(&self->wake);
    g_mutex_unlock(&self->lock);
    if (waited) {
        i->shown.state = ZD_EXPORT_CANCELLED;
        g_signal_emit(self, changed_signal, 0, index);
    }
}

void zd_export_set_paused(ZdExport *self, gboolean paused)
{
    g_mutex_lock(&self->lock);
    self->paused = paused;
    g_cond_broadcast(&self->wake);
    g_mutex_unlock(&self->lock);
}
