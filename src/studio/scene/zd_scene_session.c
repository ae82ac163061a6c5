/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The mailbox holds what is wanted next; a picture that is being made is not waited for. */

#include "zd_scene_session.h"

#include <assert.h>
#include <math.h>
#include <string.h>

typedef struct mailbox {
    gboolean quit;
    char *path;
    char *text; /* to take over; NULL: nothing new */
    guint serial;
    gboolean has_request;
    zdepth_scene_request request;
    char *output;
    gboolean has_snap;
    int axis;
    double x;
    double y;
} mailbox;

struct _ZdSceneSession {
    GObject parent_instance;
    zdepth_context *context;
    GThread *thread;
    GMutex lock; /* guards the mailbox */
    GCond wake;
    mailbox box;
    zdepth_cancel *cancel;

    /* of the thread */
    zdepth_scene_view *view;
    gboolean has_scene;
    guint view_serial;
    int view_nodes;

    /* of the thread of GTK */
    ZdScenePicture picture;
    gboolean has_picture;
    gboolean is_busy;
    zdepth_scene_snap snap;
    int snap_axis;
    guint snap_serial;
};

G_DEFINE_FINAL_TYPE(ZdSceneSession, zd_scene_session, G_TYPE_OBJECT)

enum { PICTURE, FAILED, SNAPPED, BUSY, EXPORTED, SIGNAL_COUNT };
static guint signals[SIGNAL_COUNT];

typedef struct news {
    ZdSceneSession *session; /* a reference */
    guint signal;
    char *message;
    ZdScenePicture picture;
    zdepth_scene_snap snap;
    int axis;
    guint serial;
} news;

static void clear_picture(ZdScenePicture *picture)
{
    g_clear_object(&picture->texture);
    g_clear_pointer(&picture->places, g_free);
    g_clear_pointer(&picture->has_place, g_free);
}

static void free_news(gpointer data)
{
    news *n = data;
    clear_picture(&n->picture);
    g_free(n->message);
    g_object_unref(n->session);
    g_free(n);
}

static void set_busy(ZdSceneSession *self, gboolean busy)
{
    if (self->is_busy != busy) {
        self->is_busy = busy;
        g_signal_emit(self, signals[BUSY], 0);
    }
}

static gboolean deliver(gpointer data)
{
    news *n = data;
    ZdSceneSession *self = n->session;
    if (self->thread == NULL) {
        return G_SOURCE_REMOVE; /* it is being disposed of */
    }
    if (n->signal == PICTURE) {
        clear_picture(&self->picture);
        self->picture = n->picture;
        self->has_picture = TRUE;
        memset(&n->picture, 0, sizeof n->picture);
    } else if (n->signal == SNAPPED) {
        self->snap = n->snap;
        self->snap_axis = n->axis;
        self->snap_serial = n->serial;
    }
    if (n->signal != SNAPPED && n->signal != EXPORTED) {
        g_mutex_lock(&self->lock);
        gboolean waits = self->box.has_request || self->box.text != NULL;
        g_mutex_unlock(&self->lock);
        set_busy(self, waits);
    }
    if (n->signal == FAILED || n->signal == EXPORTED) {
        g_signal_emit(self, signals[n->signal], 0, n->message);
    } else if (n->signal != BUSY) {
        g_signal_emit(self, signals[n->signal], 0);
    }
    return G_SOURCE_REMOVE;
}

static news *new_news(ZdSceneSession *self, guint signal)
{
    assert(signal < SIGNAL_COUNT);
    news *n = g_new0(news, 1);
    n->session = g_object_ref(self);
    n->signal = signal;
    return n;
}

static void send(news *n)
{
    g_idle_add_full(G_PRIORITY_DEFAULT, deliver, n, free_news); /* never in this thread */
}

static void send_failure(ZdSceneSession *self, const char *message)
{
    news *n = new_news(self, FAILED);
    n->message = g_strdup(message);
    send(n);
}

/* ---- the thread ---- */

static void take_scene(ZdSceneSession *self, const char *path, const char *text, guint serial)
{
    zdepth_error error;
    zdepth_scene *scene = NULL;
    zdepth_status status = zdepth_scene_parse(self->context, path, text, &scene, &error);
    if (status == ZDEPTH_OK && self->view == NULL) {
        status = zdepth_scene_view_open(self->context, NULL, &self->view, &error);
    }
    if (status == ZDEPTH_OK) {
        status = zdepth_scene_view_set(self->view, scene, &error);
    }
    self->has_scene = status == ZDEPTH_OK;
    self->view_serial = serial;
    self->view_nodes = status == ZDEPTH_OK ? zdepth_scene_node_count(scene) : 0;
    if (status != ZDEPTH_OK) {
        send_failure(self, error.message);
    }
    zdepth_scene_destroy(&scene);
}

static void find_places(ZdSceneSession *self, ZdScenePicture *picture)
{
    picture->node_count = self->view_nodes;
    picture->places = g_new0(zdepth_scene_place, MAX(self->view_nodes, 1));
    picture->has_place = g_new0(gboolean, MAX(self->view_nodes, 1));
    for (int i = 0; i < self->view_nodes; i++) {
        picture->has_place[i] = zdepth_scene_view_place(self->view, i, &picture->places[i]);
    }
}

static void render(ZdSceneSession *self, zdepth_scene_request *request)
{
    zdepth_error error;
    gint64 start = g_get_monotonic_time();
    gsize bytes = (gsize) request->width * (gsize) request->height * 4;
    guchar *pixels = g_malloc(bytes);
    request->pixels = pixels;
    request->stride_bytes = 0;
    request->cancel = self->cancel;
    zdepth_status status = zdepth_scene_view_render(self->view, request, &error);
    if (status != ZDEPTH_OK) {
        g_free(pixels);
        if (status != ZDEPTH_ERR_CANCELLED) {
            send_failure(self, error.message);
        }
        return;
    }
    news *n = new_news(self, PICTURE);
    g_autoptr(GBytes) data = g_bytes_new_take(pixels, bytes);
    n->picture.texture = gdk_memory_texture_new(
        request->width, request->height, GDK_MEMORY_R8G8B8A8, data, (gsize) request->width * 4);
    n->picture.serial = self->view_serial;
    find_places(self, &n->picture);
    n->picture.cost_ms = (double) (g_get_monotonic_time() - start) / 1000.0;
    send(n);
}

static void snap(ZdSceneSession *self, int axis, double x, double y)
{
    zdepth_error error;
    news *n = new_news(self, SNAPPED);
    n->axis = axis;
    n->serial = self->view_serial;
    if (zdepth_scene_view_snap(self->view, axis, x, y, &n->snap, &error) == ZDEPTH_OK) {
        send(n);
    } else {
        free_news(n);
        send_failure(self, error.message);
    }
}

static gpointer work(gpointer user)
{
    ZdSceneSession *self = user;
    for (;;) {
        g_mutex_lock(&self->lock);
        while (!self->box.quit && self->box.text == NULL && !self->box.has_request &&
               !self->box.has_snap) {
            g_cond_wait(&self->wake, &self->lock);
        }
        mailbox want = self->box;
        self->box.path = NULL;
        self->box.text = NULL;
        self->box.output = NULL;
        self->box.has_request = FALSE;
        self->box.has_snap = FALSE;
        zdepth_cancel_reset(self->cancel);
        g_mutex_unlock(&self->lock);
        if (!want.quit && want.text != NULL) {
            take_scene(self, want.path, want.text, want.serial);
        }
        if (!want.quit && want.has_request && self->has_scene) {
            want.request.output = want.output;
            render(self, &want.request);
        } else if (!want.quit && want.has_request) {
            send(new_news(self, BUSY)); /* there is nothing to show, and nothing is awaited */
        }
        if (!want.quit && want.has_snap && self->has_scene) {
            snap(self, want.axis, want.x, want.y);
        }
        g_free(want.path);
        g_free(want.text);
        g_free(want.output);
        if (want.quit) {
            break;
        }
    }
    zdepth_scene_view_close(&self->view);
    return NULL;
}

/* ---- the object ---- */

static void zd_scene_session_dispose(GObject *object)
{
    ZdSceneSession *self = ZD_SCENE_SESSION(object);
    if (self->thread != NULL) {
        g_mutex_lock(&self->lock);
        self->box.quit = TRUE;
        zdepth_cancel_request(self->cancel);
        g_cond_signal(&self->wake);
        g_mutex_unlock(&self->lock);
        g_thread_join(g_steal_pointer(&self->thread));
    }
    G_OBJECT_CLASS(zd_scene_session_parent_class)->dispose(object);
}

static void zd_scene_session_finalize(GObject *object)
{
    ZdSceneSession *self = ZD_SCENE_SESSION(object);
    clear_picture(&self->picture);
    zdepth_cancel_destroy(&self->cancel);
    g_mutex_clear(&self->lock);
    g_cond_clear(&self->wake);
    G_OBJECT_CLASS(zd_scene_session_parent_class)->finalize(object);
}

static void zd_scene_session_class_init(ZdSceneSessionClass *class)
{
    static const char *const plain[] = {
        [PICTURE] = "picture", [SNAPPED] = "snapped", [BUSY] = "busy"
    };
    GType type = G_TYPE_FROM_CLASS(class);
    G_OBJECT_CLASS(class)->dispose = zd_scene_session_dispose;
    G_OBJECT_CLASS(class)->finalize = zd_scene_session_finalize;
    for (size_t i = 0; i < G_N_ELEMENTS(plain); i++) {
        if (plain[i] != NULL) {
            signals[i] = g_signal_new(plain[i], type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 0);
        }
    }
    signals[FAILED] = g_signal_new("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
    signals[EXPORTED] = g_signal_new("exported", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void zd_scene_session_init(ZdSceneSession *self)
{
    g_mutex_init(&self->lock);
    g_cond_init(&self->wake);
    self->cancel = zdepth_cancel_create();
}

ZdSceneSession *zd_scene_session_new(zdepth_context *context)
{
    ZdSceneSession *self = g_object_new(ZD_TYPE_SCENE_SESSION, NULL);
    self->context = context;
    self->thread = g_thread_new("scene", work, self);
    return self;
}

void zd_scene_session_set_scene(ZdSceneSession *self, const char *path, const char *text,
                                guint serial)
{
    g_return_if_fail(text != NULL);
    g_mutex_lock(&self->lock);
    g_free(self->box.path);
    g_free(self->box.text);
    self->box.path = g_strdup(path);
    self->box.text = g_strdup(text);
    self->box.serial = serial;
    g_cond_signal(&self->wake);
    g_mutex_unlock(&self->lock);
    set_busy(self, TRUE);
}

void zd_scene_session_request(ZdSceneSession *self, const zdepth_scene_request *request)
{
    if (request->width < 1 || request->height < 1) {
        return;
    }
    g_mutex_lock(&self->lock);
    g_free(self->box.output);
    self->box.request = *request;
    self->box.output = g_strdup(request->output);
    self->box.has_request = TRUE;
    g_cond_signal(&self->wake);
    g_mutex_unlock(&self->lock);
    set_busy(self, TRUE);
}

void zd_scene_session_ask_snap(ZdSceneSession *self, int axis, double x, double y)
{
    g_return_if_fail(axis >= 0 && isfinite(x) && isfinite(y));
    g_mutex_lock(&self->lock);
    self->box.has_snap = TRUE;
    self->box.axis = axis;
    self->box.x = x;
    self->box.y = y;
    g_cond_signal(&self->wake);
    g_mutex_unlock(&self->lock);
}

const ZdScenePicture *zd_scene_session_picture(ZdSceneSession *self)
{
    return self->has_picture ? &self->picture : NULL;
}

const zdepth_scene_snap *zd_scene_session_snap(ZdSceneSession *self, int *axis, guint *serial)
{
    *axis = self->snap_axis;
    *serial = self->snap_serial;
    return &self->snap;
}

gboolean zd_scene_session_is_busy(ZdSceneSession *self)
{
    return self->is_busy;
}

/* ---- export ---- */

typedef struct export_job {
    zdepth_context *context;
    char *path;
    char *text;
    char *file;
    zdepth_error error;
    gboolean failed;
} export_job;

static void free_job(gpointer data)
{
    export_job *job = data;
    g_free(job->path);
    g_free(job->text);
    g_free(job->file);
    g_free(job);
}

static void export_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    export_job *job = data;
    zdepth_scene *scene = NULL;
    zdepth_scene_job_options options = { .size = sizeof options, .file = job->file };
    (void) source;
    (void) cancellable;
    zdepth_status status =
        zdepth_scene_parse(job->context, job->path, job->text, &scene, &job->error);
    if (status == ZDEPTH_OK) {
        status = zdepth_scene_run(scene, &options, NULL, NULL, &job->error);
    }
    zdepth_scene_destroy(&scene);
    job->failed = status != ZDEPTH_OK;
    g_task_return_boolean(task, TRUE);
}

static void export_done_cb(GObject *object, GAsyncResult *result, gpointer user)
{
    ZdSceneSession *self = ZD_SCENE_SESSION(object);
    const export_job *job = g_task_get_task_data(G_TASK(result));
    (void) user;
    if (self->thread != NULL) {
        g_signal_emit(self, signals[EXPORTED], 0, job->failed ? job->error.message : NULL);
    }
}

void zd_scene_session_export(ZdSceneSession *self, const char *path, const char *text,
                             const char *file)
{
    export_job *job = g_new0(export_job, 1);
    job->context = self->context;
    job->path = g_strdup(path);
    job->text = g_strdup(text);
    job->file = g_strdup(file);
    g_autoptr(GTask) task = g_task_new(self, NULL, export_done_cb, NULL);
    g_task_set_task_data(task, job, free_job);
    g_task_run_in_thread(task, export_thread);
}
