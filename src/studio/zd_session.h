/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_SESSION_H
#define ZD_STUDIO_ZD_SESSION_H

/* The engine for the Studio's thread: asked for pictures it never waits. One thread renders, the
 * newest request first and the older ones cancelled; another analyses. Everything is told in the
 * thread of GTK.
 *
 * Signals: "opened" when footage is there (see info), "failed" (const char *message), "picture" (a
 * ZdPicture was rendered, see picture), "probe" (what lies under the pointer was read, see probe),
 * "analysis" (its state or progress changed). */

#include <gdk/gdk.h>
#include <zdepth/zdepth.h>

G_BEGIN_DECLS

#define ZD_TYPE_SESSION (zd_session_get_type())
G_DECLARE_FINAL_TYPE(ZdSession, zd_session, ZD, SESSION, GObject)

enum { ZD_SESSION_BINS = 128 };

/** A rendered frame and what is known of it. */
typedef struct ZdPicture {
    GdkTexture *texture;
    GdkTexture *wipe; /* the view on the other side; NULL: no wipe is on */
    zdepth_output output;
    zdepth_frame_state state;
    gboolean has_sky;                    /* whether the network tells it */
    gboolean has_confidence;             /* likewise */
    uint32_t histogram[ZD_SESSION_BINS]; /* of normalised depth, furthest first */
    double cost_ms;                      /* from taking the request to the finished picture */
} ZdPicture;

typedef enum ZdAnalysis {
    ZD_ANALYSIS_NONE,
    ZD_ANALYSIS_RUNNING,
    ZD_ANALYSIS_DONE,
    ZD_ANALYSIS_FAILED,
} ZdAnalysis;

/** Borrows the context, which outlives it. */
ZdSession *zd_session_new(zdepth_context *context);

/** Opens a project's footage, or takes over its next state. The project is copied. */
void zd_session_set_project(ZdSession *session, const zdepth_project *project);

/** Forgets the footage: pictures end. */
void zd_session_close(ZdSession *session);

/** Asks for a picture. What was asked before and is not finished is dropped. */
void zd_session_request(ZdSession *session, int64_t frame, zdepth_output output, int width,
                        int height);

/** Whether a picture that is being drawn is finished when another frame is asked for, so that there is
 *  something to see where playing is faster than drawing. Else it is cancelled. */
void zd_session_set_patient(ZdSession *session, gboolean patient);

/** Whether pictures have what is background tinted. For the requests that follow. */
void zd_session_set_overlay(ZdSession *session, gboolean overlay);

/** Whether pictures come with another view of the same frame, for a wipe. For the requests that follow. */
void zd_session_set_wipe(ZdSession *session, gboolean wipe, zdepth_output output);

/** The footage; NULL when none is open. */
const zdepth_clip_info *zd_session_info(ZdSession *session);

/** The picture rendered last; NULL before the first. Valid until the next "picture". */
const ZdPicture *zd_session_picture(ZdSession *session);

/** Asks what lies at a place of the picture in fractions of it. */
void zd_session_ask_probe(ZdSession *session, double x, double y);

/** The answer that came last, and where it was asked for. */
const zdepth_probe *zd_session_probe(ZdSession *session, double *x, double *y);

ZdAnalysis zd_session_analysis(ZdSession *session, int64_t *done, int64_t *total);

/** Shots of an analysed clip, copied into the session's own list; valid until the next "analysis". */
int zd_session_shot_count(ZdSession *session);
const zdepth_shot *zd_session_shot(ZdSession *session, int index);

/** Whether nothing is asked for or running: for tests. */
gboolean zd_session_is_idle(ZdSession *session);

G_END_DECLS

#endif
