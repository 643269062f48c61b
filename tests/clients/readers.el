;;; Updates a feed with elfeed and prints what is unread.
;; Usage: emacs --batch -l readers.el FOLDER URL FILE: elfeed's database is in the folder, and its unread entries go to the
;; file as JSON, in the order of its list; then they count as read.

(require 'package)
(package-initialize)
(require 'elfeed)
(require 'json)

(defvar updated nil "Whether the update has ended.")

(pcase-let ((`(,folder ,url ,file) command-line-args-left))
  (setq command-line-args-left nil
        elfeed-db-directory folder
        elfeed-feeds (list url))
  (add-hook 'elfeed-http-error-hooks (lambda (url status) (message "%s: %s" url status) (kill-emacs 1)))
  (add-hook 'elfeed-parse-error-hooks (lambda (url error) (message "%s: %s" url error) (kill-emacs 1)))
  (add-hook 'elfeed-update-hooks (lambda (_) (setq updated t)))
  (elfeed-update)
  (with-timeout (60 (message "%s: no answer" url) (kill-emacs 1))
    (while (not updated)
      (accept-process-output nil 0.05)))
  (let (entries (coding-system-for-write 'utf-8))
    (with-elfeed-db-visit (entry feed)
      (when (elfeed-tagged-p 'unread entry)
        (push entry entries)))
    (with-temp-file file
      (insert
       (json-encode
        (vconcat
         (mapcar
          (lambda (entry)
            `((title . ,(elfeed-entry-title entry))
              (link . ,(elfeed-entry-link entry))
              (date . ,(elfeed-entry-date entry))
              (author . ,(mapconcat (lambda (author) (plist-get author :name)) (elfeed-meta entry :authors) ", "))
              (text . ,(elfeed-deref (elfeed-entry-content entry)))
              (categories . ,(vconcat (elfeed-meta entry :categories)))
              (id . ,(cdr (elfeed-entry-id entry)))))
          (reverse entries))))))
    (apply #'elfeed-untag entries '(unread))
    (elfeed-db-save)))
