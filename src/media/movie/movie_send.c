/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Packets on their way into the decoder. A decoder of several threads takes one only when a frame before
 * it is done, which is as long as a frame takes; no call ends it early. So where a task may be cancelled
 * a thread of the movie's own waits there, and who asked for a frame looks at the task meanwhile. What is
 * on its way then stays so, and is waited for before the decoder is used again. */

#include <assert.h>
#include <pthread.h>
#include <time.h>

#include "media/movie_internal.h"

enum { LOOK_NS = 1000000 }; /* how often the task is looked at */

typedef enum sender_state { IDLE, ASKED, DONE, ENDING } sender_state;

struct zd_movie_sender {
    zd_context *ctx;
    AVCodecContext *codec; /* borrowed */
    AVPacket *packet;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    sender_state state;
    bool is_end; /* not the packet, but that there is none any more */
    int code;
};

static void send_asked(zd_movie_sender *s)
{
    pthread_mutex_unlock(&s->lock);
    int code = avcodec_send_packet(s->codec, s->is_end ? NULL : s->packet);
    av_packet_unref(s->packet);
    pthread_mutex_lock(&s->lock);
    s->code = code;
    s->state = DONE;
    pthread_cond_broadcast(&s->changed);
}

static void *sender_main(void *user)
{
    zd_movie_sender *s = user;
    zd_context *previous = zd_av_enter(s->ctx);
    pthread_mutex_lock(&s->lock);
    while (s->state != ENDING) {
        if (s->state == ASKED) {
            send_asked(s);
        } else {
            pthread_cond_wait(&s->changed, &s->lock);
        }
    }
    pthread_mutex_unlock(&s->lock);
    zd_av_leave(previous);
    return NULL;
}

/* NULL when there is no memory or thread: then the caller waits. */
static zd_movie_sender *open_sender(const zd_movie *movie)
{
    pthread_condattr_t clock;
    zd_movie_sender *s = zd_alloc_zeroed(movie->ctx, 1, sizeof *s);
    if (s == NULL) {
        return NULL;
    }
    s->ctx = movie->ctx;
    s->codec = movie->codec;
    s->packet = av_packet_alloc();
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&s->changed, &clock);
    pthread_condattr_destroy(&clock);
    if (s->packet == NULL || pthread_create(&s->thread, NULL, sender_main, s) != 0) {
        pthread_cond_destroy(&s->changed);
        pthread_mutex_destroy(&s->lock);
        av_packet_free(&s->packet);
        zd_free(movie->ctx, s);
        return NULL;
    }
    return s;
}

static bool may_be_cancelled(const zd_movie *movie)
{
    return movie->task != NULL && (movie->task->cancel != NULL || movie->task->abort != NULL);
}

int zd_movie_send(zd_movie *movie, AVPacket *packet)
{
    assert(!movie->is_sending);
    if (may_be_cancelled(movie) && movie->sender == NULL) {
        movie->sender = open_sender(movie);
    }
    zd_movie_sender *s = movie->sender;
    if (s == NULL || !may_be_cancelled(movie)) {
        return avcodec_send_packet(movie->codec, packet);
    }
    pthread_mutex_lock(&s->lock);
    s->is_end = packet == NULL;
    if (packet != NULL) {
        av_packet_move_ref(s->packet, packet);
    }
    s->state = ASKED;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    movie->is_sending = true;
    return 0;
}

static void wait_a_little(zd_movie_sender *s)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += LOOK_NS;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&s->changed, &s->lock, &until);
}

bool zd_movie_sent(zd_movie *movie, int *code)
{
    zd_movie_sender *s = movie->sender;
    assert(movie->is_sending && s != NULL);
    pthread_mutex_lock(&s->lock);
    while (s->state == ASKED && !zd_task_cancelled(movie->task)) {
        wait_a_little(s);
    }
    bool is_done = s->state == DONE;
    if (is_done) {
        *code = s->code;
        s->state = IDLE;
        movie->is_sending = false;
    }
    pthread_mutex_unlock(&s->lock);
    return is_done;
}

void zd_movie_settle(zd_movie *movie)
{
    zd_movie_sender *s = movie->sender;
    if (!movie->is_sending) {
        return;
    }
    pthread_mutex_lock(&s->lock);
    while (s->state == ASKED) {
        pthread_cond_wait(&s->changed, &s->lock);
    }
    s->state = IDLE;
    pthread_mutex_unlock(&s->lock);
    movie->is_sending = false;
}

void zd_movie_end_sending(zd_movie *movie)
{
    zd_movie_sender *s = movie->sender;
    zd_movie_settle(movie);
    if (s == NULL) {
        return;
    }
    pthread_mutex_lock(&s->lock);
    s->state = ENDING;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    av_packet_free(&s->packet);
    zd_free(movie->ctx, s);
    movie->sender = NULL;
}
