/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_SCENE_SESSION_H
#define ZD_STUDIO_ZD_SCENE_SESSION_H

/* Scenes rendered for the Studio: a thread of its own takes the newest request and drops what was
 * asked before; everything is told in the thread of GTK.
 *
 * Signals: "picture" (see picture), "failed" (const char *message), "snapped" (see snap), "busy"
 * (whether a picture is awaited), "exported" (const char *message; NULL: good). */

#include <gdk/gdk.h>
#include <zdepth/zdepth.h>

G_BEGIN_DECLS

#define ZD_TYPE_SCENE_SESSION (zd_scene_session_get_type())
G_DECLARE_FINAL_TYPE(ZdSceneSession, zd_scene_session, ZD, SCENE_SESSION, GObject)

/** A rendered picture and where its scene's nodes are in it. */
typedef struct ZdScenePicture {
    GdkTexture *texture;
    guint serial;               /* of the scene's state */
    zdepth_scene_place *places; /* for each node */
    gboolean *has_place;
    int node_count;
    double cost_ms;
} ZdScenePicture;

ZdSceneSession *zd_scene_session_new(zdepth_context *context);

/** Takes over a scene's text; `path` as for zdepth_scene_parse. */
void zd_scene_session_set_scene(ZdSceneSession *session, const char *path, const char *text,
                                guint serial);

/** Asks for a picture; pixels, stride and cancel of the request are the session's own. */
void zd_scene_session_request(ZdSceneSession *session, const zdepth_scene_request *request);

/** Asks where an axis would lie at a place of the camera's picture. */
void zd_scene_session_ask_snap(ZdSceneSession *session, int axis, double x, double y);

/** Valid until the next "picture"; NULL before the first. */
const ZdScenePicture *zd_scene_session_picture(ZdSceneSession *session);

/** The answer that came last, for the scene's state `serial`. */
const zdepth_scene_snap *zd_scene_session_snap(ZdSceneSession *session, int *axis, guint *serial);

gboolean zd_scene_session_is_busy(ZdSceneSession *session);

/** Renders the scene as it is into a file, in another thread. */
void zd_scene_session_export(ZdSceneSession *session, const char *path, const char *text,
                             const char *file);

G_END_DECLS

#endif
