# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Makes src/face/face_mesh_table.c: the mean face, its triangles, its outline and how steady each point is.

Everything is measured on the labels of `face_label.py`: faces are laid over each other by similarities
(generalised Procrustes analysis: Gower 1975), averaged with their mirror images, scaled so that the eyes' centres
are 6.3 cm apart (the adult mean), and triangulated (Delaunay) on a cylinder about the head. Weights are inverse
variances.

    python face_mesh.py --labels faces.npz --out ../src/face/face_mesh_table.c
"""
import argparse

import numpy as np
from scipy.spatial import Delaunay

from face_data import mirror_order, upright

EYES_APART_CM = 6.3
AXIS_CM = 8.0  # of the cylinder, behind the eyes


def similarity(a, b, w):
    """s, R, t with b about s R a + t (Umeyama 1991), weighted."""
    w = w / w.sum()
    ma, mb = w @ a, w @ b
    u, s, vt = np.linalg.svd((b - mb).T * w @ (a - ma))
    d = np.array([1, 1, np.sign(np.linalg.det(u @ vt))])
    r = u * d @ vt
    k = (s * d).sum() / (w @ ((a - ma) ** 2).sum(1))
    return k, r, mb - k * r @ ma


def average(faces, order):
    """Mean shape (x right, y up, z to the camera), and the variance of each point."""
    mean, w = faces[0], np.ones(468)
    for _ in range(12):
        laid = []
        for f in faces:
            k, r, t = similarity(f, mean, w)
            laid.append(k * f @ r.T + t)
        laid = np.stack(laid)
        mean = laid.mean(0)
        mean -= mean.mean(0)
        other = mean[order] * np.array([-1, 1, 1])
        k, r, t = similarity(other, mean, w)
        mean = (mean + k * other @ r.T + t) / 2
        var = ((laid - laid.mean(0)) ** 2).sum(2).mean(0)
        w = 1 / (var + var.mean() * .1)
    return mean, (var + var[order]) / 2


def oriented(mean):
    """Eyes level and 6.3 cm apart, the plane of the outline upright, the origin between the eyes."""
    right, left = mean[[33, 133]].mean(0), mean[[263, 362]].mean(0)
    mean = (mean - (right + left) / 2) * (EYES_APART_CM / np.linalg.norm(left - right))
    x = (left - right) / np.linalg.norm(left - right)
    y = mean[10] - mean[152]  # chin to brow
    y = y - (y @ x) * x
    y /= np.linalg.norm(y)
    return mean @ np.stack([x, y, np.cross(x, y)]).T


def triangles(mean):
    u = np.c_[np.arctan2(mean[:, 0], mean[:, 2] + AXIS_CM) * AXIS_CM, mean[:, 1]]
    tri = Delaunay(u).simplices
    a, b, c = u[tri[:, 0]], u[tri[:, 1]], u[tri[:, 2]]
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    tri[area < 0] = tri[area < 0][:, [0, 2, 1]]
    edge = np.stack([np.linalg.norm(u[tri[:, i]] - u[tri[:, (i + 1) % 3]], axis=1) for i in range(3)])
    thin = np.abs(area) / edge.max(0) < .12  # slivers along the hull
    count = {}
    alive = np.ones(len(tri), bool)
    while True:  # peels slivers from the outside only
        count = {}
        for t in tri[alive]:
            for i in range(3):
                e = tuple(sorted((t[i], t[(i + 1) % 3])))
                count[e] = count.get(e, 0) + 1
        rim = np.array([any(count.get(tuple(sorted((t[i], t[(i + 1) % 3]))), 0) == 1 for i in range(3)) for t in tri])
        gone = alive & rim & thin
        if not gone.any():
            break
        alive &= ~gone
    tri = tri[alive]
    nxt = {}
    for t in tri:
        for i in range(3):
            a, b = t[i], t[(i + 1) % 3]
            if count[tuple(sorted((a, b)))] == 1:
                nxt[a] = b
    ring = [min(nxt)]
    while nxt[ring[-1]] != ring[0]:
        ring.append(nxt[ring[-1]])
    return tri, ring


def numbers(values, form, per):
    lines = [", ".join(form % v for v in values[i:i + per]) for i in range(0, len(values), per)]
    return ",\n    ".join(lines)


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--labels", required=True)
    ap.add_argument("--out", required=True)
    a = ap.parse_args()
    z = np.load(a.labels)
    split = np.array(z["splits"])[z["face"]]
    faces = z["landmarks"][(split == "train") & (z["logit"] > 5)].astype(np.float64)
    order = mirror_order(np.stack([upright(f) for f in faces]))
    faces = faces * np.array([1, -1, -1])
    side = np.ptp(faces[:, :, :2], axis=1).max(1)
    faces = faces[side > 60] / side[side > 60][:, None, None]
    mean, var = average(faces, order)
    k = EYES_APART_CM / np.linalg.norm(mean[[33, 133]].mean(0) - mean[[263, 362]].mean(0))
    mean = oriented(mean)
    mean = (mean + mean[order] * np.array([-1, 1, 1])) / 2
    tri, ring = triangles(mean)
    weight = 1 / (var * k * k + .01)
    weight /= weight.sum()
    print(f"{len(faces)} faces, {len(tri)} triangles, outline of {len(ring)}, spread {np.sqrt(var.mean()) * k:.3f} cm")
    text = f"""/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Made by training/face_mesh.py from {len(faces)} labelled faces; not to be edited. */

/* clang-format off */
#include "face/face_mesh.h"

const float zd_face_mean[ZD_FACE_POINTS * 3] = {{
    {numbers(mean.ravel(), "%.3ff", 12)},
}};

const float zd_face_weight[ZD_FACE_POINTS] = {{
    {numbers(weight, "%.3ef", 10)},
}};

const short zd_face_mirror[ZD_FACE_POINTS] = {{
    {numbers(order, "%d", 20)},
}};

const short zd_face_triangles[ZD_FACE_TRIANGLES][3] = {{
    {numbers(["{ %d, %d, %d }" % tuple(t) for t in tri], "%s", 6)},
}};

const short zd_face_outline[ZD_FACE_OUTLINE] = {{
    {numbers(ring, "%d", 20)},
}};
"""
    open(a.out, "w").write(text)
    print(f"ZD_FACE_TRIANGLES = {len(tri)}, ZD_FACE_OUTLINE = {len(ring)}")


if __name__ == "__main__":
    main()
