/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The thread takes the newest wish from a stack. Wishes that have grown old fall off its end. */

#include "zd_thumbs.h"

#include <assert.h>

enum { WISHES = 64, KEPT = 512 };

struct _ZdThumbs {
    GObject parent_instance;
    zdepth_context *context;
    GThread *thread;
    GMutex lock; /* guards what follows, to the blank line */
    GCond wake;
    gboolean quit;
    zdepth_project *project; /* to turn to; NULL: nothing new */
    guint epoch;             /* of the footage */
    GQueue wishes;           /* frames as pointers to gint64, newest first */
    int width;
    int height;

    GHashTable *kept;  /* of GTK's thread: GdkTexture by frame; NULL values were asked for */
    gboolean has_clip; /* something is open */
};

G_DEFINE_FINAL_TYPE(ZdThumbs, zd_thumbs, G_TYPE_OBJECT)

static guint ready_signal;

typedef struct news {
    ZdThumbs *thumbs; /* a reference */
    guint epoch;
    gint64 frame;
    GdkTexture *texture;
} news;

static void free_news(gpointer data)
{
    news *n = data;
    g_clear_object(&n->texture);
    g_object_unref(n->thumbs);
    g_free(n);
}

static void clear_texture(gpointer texture)
{
    if (texture != NULL) {
        g_object_unref(texture);
    }
}

static gboolean deliver(gpointer data)
{
    news *n = data;
    ZdThumbs *self = n->thumbs;
    if (self->thread != NULL && n->epoch == self->epoch) { /* GTK's thread alone changes it */
        g_hash_table_replace(self->kept, g_memdup2(&n->frame, sizeof n->frame),
                             g_steal_pointer(&n->texture));
        g_signal_emit(self, ready_signal, 0);
    }
    return G_SOURCE_REMOVE;
}

/* ---- the thread ---- */

static void make(ZdThumbs *self, zdepth_thumbs *from, gint64 frame, guint epoch, int width,
                 int height)
{
    assert(width > 0 && height > 0);
    gsize bytes = (gsize) width * (gsize) height * 4;
    guchar *pixels = g_malloc(bytes);
    if (zdepth_thumbs_read(from, frame, width, height, pixels, NULL) != ZDEPTH_OK) {
        g_free(pixels);
        return; /* its place stays empty */
    }
    g_autoptr(GBytes) data = g_bytes_new_take(pixels, bytes);
    news *n = g_new0(news, 1);
    n->thumbs = g_object_ref(self);
    n->epoch = epoch;
    n->frame = frame;
    n->texture =
        gdk_memory_texture_new(width, height, GDK_MEMORY_R8G8B8A8, data, (gsize) width * 4);
    g_idle_add_full(G_PRIORITY_LOW, deliver, n, free_news);
}

static gpointer work(gpointer user)
{
    ZdThumbs *self = user;
    zdepth_thumbs *from = NULL;
    for (;;) {
        g_mutex_lock(&self->lock);
        while (!self->quit && self->project == NULL && g_queue_is_empty(&self->wishes)) {
            g_cond_wait(&self->wake, &self->lock);
        }
        gboolean quit = self->quit;
        zdepth_project *project = g_steal_pointer(&self->project);
        g_autofree gint64 *wish = g_queue_pop_head(&self->wishes);
        guint epoch = self->epoch;
        int width = self->width;
        int height = self->height;
        g_mutex_unlock(&self->lock);
        if (quit || project != NULL) {
            zdepth_thumbs_close(&from);
        }
        if (quit) {
            zdepth_project_destroy(&project);
            return NULL;
        }
        if (project != NULL && zdepth_thumbs_open(self->context, project, &from, NULL) != ZDEPTH_OK)
        {
            from = NULL; /* the session says why */
        }
        zdepth_project_destroy(&project);
        if (wish != NULL && from != NULL) {
            make(self, from, *wish, epoch, width, height);
        }
    }
}

/* ---- the object ---- */

static void zd_thumbs_dispose(GObject *object)
{
    ZdThumbs *self = ZD_THUMBS(object);
    if (self->thread != NULL) {
        g_mutex_lock(&self->lock);
        self->quit = TRUE;
        g_cond_signal(&self->wake);
        g_mutex_unlock(&self->lock);
        g_thread_join(g_steal_pointer(&self->thread));
    }
    G_OBJECT_CLASS(zd_thumbs_parent_class)->dispose(object);
}

static void zd_thumbs_finalize(GObject *object)
{
    ZdThumbs *self = ZD_THUMBS(object);
    zdepth_project_destroy(&self->project);
    g_queue_clear_full(&self->wishes, g_free);
    g_hash_table_unref(self->kept);
    g_mutex_clear(&self->lock);
    g_cond_clear(&self->wake);
    G_OBJECT_CLASS(zd_thumbs_parent_class)->finalize(object);
}

static void zd_thumbs_class_init(ZdThumbsClass *class)
{
    G_OBJECT_CLASS(class)->dispose = zd_thumbs_dispose;
    G_OBJECT_CLASS(class)->finalize = zd_thumbs_finalize;
    ready_signal = g_signal_new("ready", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
}

static void zd_thumbs_init(ZdThumbs *self)
{
    g_mutex_init(&self->lock);
    g_cond_init(&self->wake);
    g_queue_init(&self->wishes);
    self->kept = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, clear_texture);
}

ZdThumbs *zd_thumbs_new(zdepth_context *context)
{
    ZdThumbs *self = g_object_new(ZD_TYPE_THUMBS, NULL);
    self->context = context;
    self->thread = g_thread_new("thumbnails", work, self);
    return self;
}

void zd_thumbs_open(ZdThumbs *self, const zdepth_project *project, int height, double aspect)
{
    g_return_if_fail(height > 0 && aspect > 0.0);
    zdepth_project *copy = NULL;
    self->has_clip = project != NULL && zdepth_project_copy(project, &copy, NULL) == ZDEPTH_OK;
    g_hash_table_remove_all(self->kept);
    g_mutex_lock(&self->lock);
    zdepth_project_destroy(&self->project);
    self->project = copy;
    self->epoch++;
    self->height = height;
    self->width = CLAMP((int) (height * aspect + 0.5), 1, 4 * height);
    g_queue_clear_full(&self->wishes, g_free);
    g_cond_signal(&self->wake);
    g_mutex_unlock(&self->lock);
}

GdkTexture *zd_thumbs_get(ZdThumbs *self, gint64 frame)
{
    gpointer texture = NULL;
    if (!self->has_clip || g_hash_table_lookup_extended(self->kept, &frame, NULL, &texture)) {
        return texture;
    }
    if (g_hash_table_size(self->kept) >= KEPT) { /* another zoom of the timeline: begin anew */
        g_hash_table_remove_all(self->kept);
    }
    g_hash_table_insert(self->kept, g_memdup2(&frame, sizeof frame), NULL);
    g_mutex_lock(&self->lock);
    g_queue_push_head(&self->wishes, g_memdup2(&frame, sizeof frame));
    gint64 *oldest =
        g_queue_get_length(&self->wishes) > WISHES ? g_queue_pop_tail(&self->wishes) : NULL;
    g_cond_signal(&self->wake);
    g_mutex_unlock(&self->lock);
    if (oldest != NULL) { /* it may be asked for again */
        g_hash_table_remove(self->kept, oldest);
        g_free(oldest);
    }
    return NULL;
}
