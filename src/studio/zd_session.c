/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Two threads share the engine as its header allows: one renders and sets projects, one analyses.
 * The mailbox holds what is wanted next; results come back through the main context. */

#include "zd_session.h"

#include <assert.h>
#include <string.h>

#include "zd_view_draw.h"

enum { WAY_US = 100000 }; /* how long a frame's analysis waits for pictures */

typedef struct mailbox {
    gboolean quit;
    gboolean close;
    zdepth_project *project; /* to set; NULL: none */
    gboolean has_request;
    ZdViewWish wish; /* of the request */
    gboolean wipe;
    zdepth_output wipe_output;
    gboolean is_patient;
    gboolean has_probe;
    double probe_x;
    double probe_y;
    GThread *ended; /* the analysis that has come to its end, however; NULL: none */
    guint epoch;    /* of the footage; grows when it is closed */
} mailbox;

struct _ZdSession {
    GObject parent_instance;
    zdepth_context *context;
    GThread *renderer;
    GMutex lock; /* guards the mailbox and what is busy */
    GCond wake;
    GCond calm; /* nothing is drawn */
    mailbox box;
    gboolean is_busy;
    zdepth_cancel *render_cancel;

    /* of the renderer */
    zdepth_engine *engine;
    GThread *analyser;
    zdepth_cancel *analysis_cancel;
    int generation;      /* of the engine when the analysis began; -1: none has */
    gboolean told_shots; /* of the analysis that is there */
    guint epoch;         /* of the mailbox when the footage was opened */

    /* of the thread of GTK */
    gboolean is_open;
    zdepth_clip_info info;
    ZdPicture picture;
    gboolean has_picture;
    zdepth_probe probe;
    double probe_x;
    double probe_y;
    ZdAnalysis analysis;
    int64_t done;
    int64_t total;
    GArray *shots;
};

G_DEFINE_FINAL_TYPE(ZdSession, zd_session, G_TYPE_OBJECT)

enum { OPENED, FAILED, PICTURE, PROBE, ANALYSIS, SIGNAL_COUNT };
static guint signals[SIGNAL_COUNT];

/* ---- news for the thread of GTK ---- */

typedef struct news {
    ZdSession *session; /* a reference */
    guint epoch;
    guint signal;
    char *message;
    zdepth_clip_info info;
    ZdPicture picture;
    ZdAnalysis analysis;
    int64_t done;
    int64_t total;
    GArray *shots;
    zdepth_probe probe;
    double x;
    double y;
} news;

static void clear_picture(ZdPicture *picture)
{
    g_clear_object(&picture->texture);
    g_clear_object(&picture->wipe);
}

static void free_news(gpointer data)
{
    news *n = data;
    clear_picture(&n->picture);
    g_clear_pointer(&n->shots, g_array_unref);
    g_free(n->message);
    g_object_unref(n->session);
    g_free(n);
}

static gboolean deliver(gpointer data)
{
    news *n = data;
    ZdSession *self = n->session;
    if (self->renderer == NULL || n->epoch != self->box.epoch) {
        return G_SOURCE_REMOVE; /* it is being disposed of, or the footage was closed meanwhile */
    }
    if (n->signal == OPENED) {
        self->info = n->info;
        self->is_open = TRUE;
    } else if (n->signal == PICTURE) {
        clear_picture(&self->picture);
        self->picture = n->picture;
        self->has_picture = TRUE;
        memset(&n->picture, 0, sizeof n->picture);
    } else if (n->signal == PROBE) {
        self->probe = n->probe;
        self->probe_x = n->x;
        self->probe_y = n->y;
    } else if (n->signal == ANALYSIS) {
        self->analysis = n->analysis;
        self->done = n->done;
        self->total = n->total;
        if (n->shots != NULL) {
            g_array_unref(self->shots);
            self->shots = g_steal_pointer(&n->shots);
        }
    }
    if (n->signal == FAILED) {
        g_signal_emit(self, signals[FAILED], 0, n->message);
    } else {
        g_signal_emit(self, signals[n->signal], 0);
    }
    return G_SOURCE_REMOVE;
}

static news *new_news(ZdSession *self, guint signal)
{
    assert(signal < SIGNAL_COUNT);
    news *n = g_new0(news, 1);
    n->session = g_object_ref(self);
    n->epoch = self->epoch;
    n->signal = signal;
    return n;
}

static void send(news *n)
{
    g_idle_add_full(G_PRIORITY_DEFAULT, deliver, n, free_news); /* never in this thread */
}

static void send_failure(ZdSession *self, const char *message)
{
    news *n = new_news(self, FAILED);
    n->message = g_strdup(message);
    send(n);
}

/* ---- the analysis ---- */

static void send_analysis(ZdSession *self, ZdAnalysis state, int64_t done, int64_t total)
{
    news *n = new_news(self, ANALYSIS);
    n->analysis = state;
    n->done = done;
    n->total = total;
    send(n);
}

/* Pictures come first: between two frames the analysis waits for those that are asked for, but not so long
 * that playing brings it to a stand. */
static void make_way(ZdSession *self)
{
    gint64 until = g_get_monotonic_time() + WAY_US;
    g_mutex_lock(&self->lock);
    while (!self->box.quit && !self->box.close && (self->is_busy || self->box.has_request) &&
           g_cond_wait_until(&self->calm, &self->lock, until))
    {
    }
    g_mutex_unlock(&self->lock);
}

static void hear_progress(void *user, const char *stage, int64_t done, int64_t total)
{
    make_way(user);
    if (strcmp(stage, "depth") == 0) {
        send_analysis(user, ZD_ANALYSIS_RUNNING, done, total);
    }
}

static gpointer analyse(gpointer user)
{
    ZdSession *self = user;
    zdepth_error error;
    zdepth_task task = { .cancel = self->analysis_cancel,
                         .progress = hear_progress,
                         .progress_user = self };
    zdepth_status status = zdepth_engine_analyse(self->engine, &task, &error);
    if (status != ZDEPTH_OK && status != ZDEPTH_ERR_CANCELLED) {
        send_analysis(self, ZD_ANALYSIS_FAILED, 0, 0);
        send_failure(self, error.message);
    }
    /* The renderer looks at the shots, and draws the frame again with them. */
    g_mutex_lock(&self->lock);
    self->box.ended = g_thread_self();
    self->box.has_request =
        self->box.has_request || (status == ZDEPTH_OK && self->box.wish.width > 0);
    g_cond_signal(&self->wake);
    g_mutex_unlock(&self->lock);
    return NULL;
}

static void join_analysis(ZdSession *self)
{
    if (self->analyser != NULL) {
        g_thread_join(g_steal_pointer(&self->analyser));
    }
    zdepth_cancel_reset(self->analysis_cancel);
    g_mutex_lock(&self->lock);
    self->box.ended = NULL;
    g_mutex_unlock(&self->lock);
}

static void end_analysis(ZdSession *self)
{
    zdepth_cancel_request(self->analysis_cancel);
    join_analysis(self);
    self->generation = -1;
    self->told_shots = FALSE;
}

/* Sees to it that the project is analysed as it is now. An analysis of an older state is cancelled, not
 * waited for: what it found of depths is in the cache, and its end wakes the renderer. */
static void follow_analysis(ZdSession *self)
{
    int generation = zdepth_engine_generation(self->engine);
    if (generation == self->generation) {
        return;
    }
    self->told_shots = FALSE;
    send_analysis(self, ZD_ANALYSIS_RUNNING, 0, 0);
    if (self->analyser != NULL) {
        zdepth_cancel_request(self->analysis_cancel);
        return;
    }
    self->generation = generation;
    self->analyser = g_thread_new("analysis", analyse, self);
}

/* Tells of the shots once they are there. */
static void send_shots(ZdSession *self)
{
    news *n = new_news(self, ANALYSIS);
    int count = zdepth_engine_shot_count(self->engine);
    n->analysis = ZD_ANALYSIS_DONE;
    n->shots = g_array_new(FALSE, TRUE, sizeof(zdepth_shot));
    for (int i = 0; i < count; i++) {
        zdepth_shot shot;
        zdepth_engine_shot_at(self->engine, i, &shot);
        g_array_append_val(n->shots, shot);
    }
    send(n);
}

/* ---- the renderer ---- */

static void open_project(ZdSession *self, zdepth_project *project)
{
    zdepth_error error;
    zdepth_status status;
    if (self->engine != NULL) {
        status = zdepth_engine_set_project(self->engine, project, &error);
    } else {
        status = zdepth_engine_open(self->context, project, NULL, &self->engine, &error);
        if (status == ZDEPTH_OK) {
            news *n = new_news(self, OPENED);
            zdepth_engine_info(self->engine, &n->info);
            send(n);
        }
    }
    if (status != ZDEPTH_OK) {
        send_failure(self, error.message);
    }
    zdepth_project_destroy(&project);
}

static void close_engine(ZdSession *self)
{
    end_analysis(self);
    zdepth_engine_close(&self->engine);
}

static void answer_probe(ZdSession *self, double x, double y)
{
    news *n = new_news(self, PROBE);
    n->x = x;
    n->y = y;
    if (zdepth_engine_probe(self->engine, x, y, &n->probe, NULL) == ZDEPTH_OK) {
        send(n);
    } else {
        free_news(n);
    }
}

/* A view of the wanted frame; NULL where that fails or a newer picture is wanted. */
static GdkTexture *draw(ZdSession *self, const mailbox *want, zdepth_output output)
{
    g_autofree char *failure = NULL;
    ZdViewWish wish = want->wish;
    wish.output = output;
    GdkTexture *texture = zd_view_draw(self->engine, &wish, self->render_cancel, &failure);
    if (failure != NULL) {
        send_failure(self, failure);
    }
    return texture;
}

static void render(ZdSession *self, const mailbox *want)
{
    gint64 start = g_get_monotonic_time();
    g_autoptr(GdkTexture) wipe = want->wipe ? draw(self, want, want->wipe_output) : NULL;
    GdkTexture *texture = want->wipe && wipe == NULL ? NULL : draw(self, want, want->wish.output);
    if (texture == NULL) {
        return;
    }
    news *n = new_news(self, PICTURE);
    n->picture.texture = texture;
    n->picture.wipe = g_steal_pointer(&wipe);
    n->picture.output = want->wish.output;
    zdepth_engine_frame_state(self->engine, &n->picture.state);
    n->picture.has_sky = zdepth_engine_has_output(self->engine, ZDEPTH_OUTPUT_SKY);
    n->picture.has_confidence = zdepth_engine_has_output(self->engine, ZDEPTH_OUTPUT_CONFIDENCE);
    zdepth_engine_histogram(self->engine, ZD_SESSION_BINS, n->picture.histogram);
    n->picture.cost_ms = (double) (g_get_monotonic_time() - start) / 1000.0;
    send(n);
}

static gpointer work(gpointer user)
{
    ZdSession *self = user;
    for (;;) {
        g_mutex_lock(&self->lock);
        self->is_busy = FALSE;
        g_cond_broadcast(&self->calm);
        while (!self->box.quit && !self->box.close && self->box.project == NULL &&
               !self->box.has_request && !self->box.has_probe && self->box.ended == NULL)
        {
            g_cond_wait(&self->wake, &self->lock);
        }
        self->is_busy = TRUE;
        mailbox want = self->box;
        self->box.project = NULL;
        self->box.close = FALSE;
        self->box.has_request = FALSE;
        self->box.has_probe = FALSE;
        zdepth_cancel_reset(self->render_cancel);
        g_mutex_unlock(&self->lock);
        if (want.quit) {
            zdepth_project_destroy(&want.project);
            break;
        }
        if (want.close) {
            close_engine(self);
            self->epoch = want.epoch;
        } else if (want.ended != NULL) {
            join_analysis(self);
        }
        if (want.project != NULL) {
            open_project(self, want.project);
        }
        if (self->engine == NULL) {
            continue;
        }
        follow_analysis(self);
        bool analysed = zdepth_engine_is_analysed(self->engine);
        if (analysed && !self->told_shots) {
            send_shots(self);
        }
        self->told_shots = analysed;
        if (want.has_request) {
            render(self, &want);
        }
        if (want.has_probe) {
            answer_probe(self, want.probe_x, want.probe_y);
        }
    }
    close_engine(self);
    return NULL;
}

/* ---- the object ---- */

static void zd_session_dispose(GObject *object)
{
    ZdSession *self = ZD_SESSION(object);
    if (self->renderer != NULL) {
        g_mutex_lock(&self->lock);
        self->box.quit = TRUE;
        zdepth_cancel_request(self->render_cancel);
        zdepth_cancel_request(self->analysis_cancel);
        g_cond_signal(&self->wake);
        g_mutex_unlock(&self->lock);
        g_thread_join(g_steal_pointer(&self->renderer));
    }
    G_OBJECT_CLASS(zd_session_parent_class)->dispose(object);
}

static void zd_session_finalize(GObject *object)
{
    ZdSession *self = ZD_SESSION(object);
    clear_picture(&self->picture);
    zdepth_cancel_destroy(&self->render_cancel);
    zdepth_cancel_destroy(&self->analysis_cancel);
    g_array_unref(self->shots);
    g_mutex_clear(&self->lock);
    g_cond_clear(&self->wake);
    g_cond_clear(&self->calm);
    G_OBJECT_CLASS(zd_session_parent_class)->finalize(object);
}

static void zd_session_class_init(ZdSessionClass *class)
{
    GType type = G_TYPE_FROM_CLASS(class);
    G_OBJECT_CLASS(class)->dispose = zd_session_dispose;
    G_OBJECT_CLASS(class)->finalize = zd_session_finalize;
    signals[OPENED] =
        g_signal_new("opened", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
    signals[FAILED] = g_signal_new("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
    signals[PICTURE] =
        g_signal_new("picture", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
    signals[PROBE] =
        g_signal_new("probe", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
    signals[ANALYSIS] =
        g_signal_new("analysis", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void zd_session_init(ZdSession *self)
{
    g_mutex_init(&self->lock);
    g_cond_init(&self->wake);
    g_cond_init(&self->calm);
    self->generation = -1;
    self->render_cancel = zdepth_cancel_create();
    self->analysis_cancel = zdepth_cancel_create();
    self->shots = g_array_new(FALSE, TRUE, sizeof(zdepth_shot));
}

ZdSession *zd_session_new(zdepth_context *context)
{
    ZdSession *self = g_object_new(ZD_TYPE_SESSION, NULL);
    self->context = context;
    self->renderer = g_thread_new("render", work, self);
    return self;
}

void zd_session_set_project(ZdSession *self, const zdepth_project *project)
{
    g_return_if_fail(project != NULL);
    zdepth_project *copy = NULL;
    if (zdepth_project_copy(project, &copy, NULL) != ZDEPTH_OK) {
        return;
    }
    g_mutex_lock(&self->lock);
    zdepth_project_destroy(&self->box.project);
    self->box.project = copy;
    g_cond_signal(&self->wake);
    g_mutex_unlock(&self->lock);
}

void zd_session_close(ZdSession *self)
{
    g_mutex_lock(&self->lock);
    zdepth_project_destroy(&self->box.project);
    self->box.close = TRUE;
    self->box.epoch++;
    self->box.has_request = FALSE;
    self->box.has_probe = FALSE;
    self->box.wish.width = 0;
    zdepth_cancel_request(self->render_cancel);
    zdepth_cancel_request(self->analysis_cancel);
    g_cond_signal(&self->wake);
    g_mutex_unlock(&self->lock);
    self->is_open = FALSE;
    self->has_picture = FALSE;
    self->analysis = ZD_ANALYSIS_NONE;
    self->done = 0;
    self->total = 0;
    g_array_set_size(self->shots, 0);
    g_signal_emit(self, signals[ANALYSIS], 0);
}

void zd_session_request(ZdSession *self, int64_t frame, zdepth_output output, int width, int height)
{
    if (width < 1 || height < 1 || frame < 0) {
        return;
    }
    g_mutex_lock(&self->lock);
    if (frame != self->box.wish.frame && !self->box.is_patient) {
        zdepth_cancel_request(self->render_cancel); /* the same frame is soon there anyway */
    }
    self->box.has_request = TRUE;
    self->box.wish.frame = frame;
    self->box.wish.output = output;
    self->box.wish.width = width;
    self->box.wish.height = height;
    g_cond_signal(&self->wake);
    g_mutex_unlock(&self->lock);
}

void zd_session_set_patient(ZdSession *self, gboolean patient)
{
    g_mutex_lock(&self->lock);
    self->box.is_patient = patient;
    g_mutex_unlock(&self->lock);
}

void zd_session_set_overlay(ZdSession *self, gboolean overlay)
{
    g_mutex_lock(&self->lock);
    self->box.wish.overlay = overlay;
    g_mutex_unlock(&self->lock);
}

void zd_session_ask_probe(ZdSession *self, double x, double y)
{
    g_mutex_lock(&self->lock);
    self->box.has_probe = TRUE;
    self->box.probe_x = x;
    self->box.probe_y = y;
    g_cond_signal(&self->wake);
    g_mutex_unlock(&self->lock);
}

const zdepth_probe *zd_session_probe(ZdSession *self, double *x, double *y)
{
    *x = self->probe_x;
    *y = self->probe_y;
    return &self->probe;
}

void zd_session_set_wipe(ZdSession *self, gboolean wipe, zdepth_output output)
{
    g_mutex_lock(&self->lock);
    self->box.wipe = wipe;
    self->box.wipe_output = output;
    g_mutex_unlock(&self->lock);
}

const zdepth_clip_info *zd_session_info(ZdSession *self)
{
    return self->is_open ? &self->info : NULL;
}

const ZdPicture *zd_session_picture(ZdSession *self)
{
    return self->has_picture ? &self->picture : NULL;
}

ZdAnalysis zd_session_analysis(ZdSession *self, int64_t *done, int64_t *total)
{
    *done = self->done;
    *total = self->total;
    return self->analysis;
}

int zd_session_shot_count(ZdSession *self)
{
    return (int) self->shots->len;
}

const zdepth_shot *zd_session_shot(ZdSession *self, int index)
{
    return index >= 0 && index < (int) self->shots->len
               ? &g_array_index(self->shots, zdepth_shot, index)
               : NULL;
}

gboolean zd_session_is_idle(ZdSession *self)
{
    g_mutex_lock(&self->lock);
    gboolean idle = !self->is_busy && !self->box.has_request && self->box.project == NULL &&
                    !self->box.close && !self->box.has_probe && self->box.ended == NULL;
    g_mutex_unlock(&self->lock);
    return idle && self->analysis != ZD_ANALYSIS_RUNNING;
}
