Feature: Workflows
  What happens to people and their work from day to day, as recruiters and workers live it.

  Recruiters read these as examples. Each is played by itself, with people of its own: what a scenario does not say is
  drawn, and everything that the other documents promise must hold for it as well.

  # Hiring

  @must @owner:dana
  Scenario: From consideration to hired
    Given a candidate "Maria Lopez" with
      | status | Active |
    When the connector syncs until it settles
    Then "Maria Lopez" is not in the app
    When "Maria Lopez" is placed in a job that starts tomorrow
    And in the ATS "Maria Lopez"'s status becomes "Placed"
    And the connector syncs until it settles
    Then in the app "Maria Lopez" has status "assigned" within 30 minutes
    And in the app "Maria Lopez" has Assignment.starts_on tomorrow
    And both systems agree
    And nothing more is written

  @must
  Scenario: An approval before the paperwork
    Given a candidate "Zoë O'Brien" with
      | status | New Lead |
    And "Zoë O'Brien" is placed in a job that starts in 7 days
    When the connector syncs until it settles
    Then in the app "Zoë O'Brien" has status "available"
    And in the app "Zoë O'Brien" has Assignment.status "active"
    And both systems agree

  Scenario: A submission that is approved the next day
    Given a candidate "Ines Duarte" with
      | status | Interviewing |
    And "Ines Duarte" is placed in a job "Night shift Peoria" that starts in 3 days
    And in the ATS "Ines Duarte"'s Placement.status becomes "Submitted"
    When the connector syncs until it settles
    Then "Ines Duarte" is not in the app
    When 1 day passes
    And in the ATS "Ines Duarte"'s Placement.status becomes "Approved"
    And the connector syncs until it settles
    Then "Ines Duarte" is in the app
    And in the app "Ines Duarte" has Assignment.status "active"
    And in the app "Ines Duarte" has Assignment.job_title "Night shift Peoria"
    And both systems agree

  Scenario: Considered, interviewed, submitted, hired
    Given a candidate "Mina Okafor" with
      | status | New Lead |
    When the connector syncs until it settles
    Then "Mina Okafor" is not in the app
    When in the ATS "Mina Okafor"'s status becomes "Interviewing"
    And "Mina Okafor" is placed in a job "Cold store" that starts in 4 days
    And in the ATS "Mina Okafor"'s Placement.status becomes "Submitted"
    And the connector syncs until it settles
    Then "Mina Okafor" is not in the app
    When in the ATS "Mina Okafor"'s Placement.status becomes "Approved"
    And in the ATS "Mina Okafor"'s status becomes "Placed"
    And the connector syncs until it settles
    Then in the app "Mina Okafor" has status "assigned" within 30 minutes
    And in the app "Mina Okafor" has Assignment.job_title "Cold store"
    And both systems agree
    And nothing was created twice

  Scenario: Considered, submitted, turned down
    Given a candidate "Jan Vos" with
      | status | Interviewing |
    And "Jan Vos" is placed in a job "Reception" that starts in 4 days
    And in the ATS "Jan Vos"'s Placement.status becomes "Submitted"
    When the connector syncs until it settles
    Then "Jan Vos" is not in the app
    When in the ATS "Jan Vos"'s Placement.status becomes "Rejected"
    And in the ATS "Jan Vos"'s status becomes "Available"
    And the connector syncs until it settles
    Then "Jan Vos" is not in the app
    And both systems agree
    And nothing more is written

  Scenario: A second assignment begins before the first one ends
    Given a candidate "Tom Becker" in scope
    And "Tom Becker" is placed in a job "Warehouse" that starts 20 days ago and ends in 10 days
    And the connector syncs until it settles
    When "Tom Becker" is placed in a job "Forklift" that starts in 5 days
    And the connector syncs until it settles
    Then in the app "Tom Becker" has Assignment.job_title "Forklift"
    And both systems agree
    And nothing was created twice

  Scenario: Back to back, with the same client
    Given a candidate "Aiko Tanaka" with
      | status | Placed |
    And "Aiko Tanaka" is placed in a job "June" that starts 30 days ago and ends today
    And the connector syncs until it settles
    When "Aiko Tanaka" is placed in a job "July" that starts tomorrow and ends in 30 days
    And 1 day passes
    And the connector syncs until it settles
    Then "Aiko Tanaka" is in the app
    And in the app "Aiko Tanaka" has Assignment.starts_on today
    And both systems agree
    And nobody was removed by mistake

  # During an assignment

  Scenario: An extension
    Given a candidate "Omar Haddad" with
      | status | Placed |
    And "Omar Haddad" is placed in a job that starts 60 days ago and ends in 2 days
    And the connector syncs until it settles
    When in the ATS "Omar Haddad"'s Placement.dateEnd becomes in 90 days
    And the connector syncs until it settles
    Then in the app "Omar Haddad" has Assignment.ends_on in 90 days
    When 5 days pass
    And the connector syncs until it settles
    Then "Omar Haddad" is in the app
    And both systems agree
    And nobody was removed by mistake

  Scenario: An early end
    Given a candidate "Lena Vogel" with
      | status | Placed |
    And "Lena Vogel" is placed in a job that starts 10 days ago and ends in 20 days
    And the connector syncs until it settles
    When in the ATS "Lena Vogel"'s Placement.status becomes "Terminated"
    And the connector syncs until it settles
    Then in the app "Lena Vogel" has Assignment.status "ended"
    And both systems agree
    And nobody was removed by mistake

  Scenario: A no-show
    Given a candidate "Rita Gomes" with
      | status | Placed |
    And "Rita Gomes" is placed in a job that starts tomorrow
    And the connector syncs until it settles
    When 1 day passes
    And in the ATS "Rita Gomes"'s Placement.status becomes "Terminated"
    And in the ATS "Rita Gomes"'s status becomes "Active"
    And the connector syncs until it settles
    Then in the app "Rita Gomes" has Assignment.status "ended"
    And both systems agree

  Scenario: A raise
    Given a candidate "Paul Nkemelu" in scope
    And "Paul Nkemelu" is placed in a job that starts 5 days ago
    And the connector syncs until it settles
    When in the ATS "Paul Nkemelu"'s Placement.payRate becomes 23.75
    And the connector syncs until it settles
    Then in the app "Paul Nkemelu" has Assignment.pay_rate 23.75
    And both systems agree

  Scenario: The job gets another name
    Given a candidate "Sara Lindqvist" in scope
    And "Sara Lindqvist" is placed in a job "Packer" that starts 5 days ago
    And the connector syncs until it settles
    When in the ATS "Packer"'s title becomes "Line lead"
    And the connector syncs until it settles
    Then in the app "Sara Lindqvist" has Assignment.job_title "Line lead"
    And in the app "Packer" has title "Line lead"
    And both systems agree

  Scenario: Another recruiter takes over
    Given a recruiter "Nina Castellanos"
    And a recruiter "Marek Nowak"
    And a candidate "Joy Adeyemi" in scope with
      | owner | Nina Castellanos |
    And the connector syncs until it settles
    When in the ATS "Joy Adeyemi"'s owner becomes "Marek Nowak"
    And the connector syncs until it settles
    Then in the app "Joy Adeyemi" has recruiter_id "Marek Nowak"
    And both systems agree

  Scenario: A job order is filled, and opened again
    Given a job order "Picker" in scope with
      | status | Accepting Candidates |
      | isOpen | yes                  |
    And the connector syncs until it settles
    When in the ATS "Picker"'s status becomes "Hold"
    And the connector syncs until it settles
    Then in the app "Picker" has status "on_hold"
    When in the ATS "Picker"'s status becomes "Accepting Candidates"
    And the connector syncs until it settles
    Then in the app "Picker" has status "open"
    And both systems agree
    And nothing was created twice

  # What workers do in the app

  @must
  Scenario: A worker changes the phone number
    Given a candidate "Ben Okafor" in scope
    And the connector syncs until it settles
    When in the app "Ben Okafor"'s phone becomes "+13125550142"
    And the connector syncs until it settles
    Then in the ATS "Ben Okafor" has mobile "+13125550142"
    And both systems agree
    And nothing more is written

  Scenario: A recruiter corrects the phone number
    Given a candidate "Ben Okafor" in scope
    And the connector syncs until it settles
    When in the ATS "Ben Okafor"'s mobile becomes "(312) 555-0187"
    And the connector syncs until it settles
    Then in the app "Ben Okafor" has phone "+13125550187"
    And both systems agree
    And nothing more is written

  Scenario: Recruiter and worker correct the same number on the same morning
    Given a candidate "Ada Kowalska" in scope
    And the connector syncs until it settles
    When in the ATS "Ada Kowalska"'s mobile becomes "(312) 555-0133"
    And in the app "Ada Kowalska"'s phone becomes "+13125550144"
    And the connector syncs until it settles
    Then in the ATS "Ada Kowalska" has mobile "+13125550144"
    And in the app "Ada Kowalska" has phone "+13125550144"
    And both systems agree

  Scenario: Each corrects something else
    Given a candidate "Ada Kowalska" in scope
    And the connector syncs until it settles
    When in the ATS "Ada Kowalska"'s email becomes "ada.kowalska@example.com"
    And in the app "Ada Kowalska"'s emergency_contact becomes "Piotr, +13125550190"
    And the connector syncs until it settles
    Then in the app "Ada Kowalska" has email "ada.kowalska@example.com"
    And in the ATS "Ada Kowalska" has Emergency contact "Piotr, +13125550190"
    And both systems agree

  @must @severity:critical
  Scenario: Whoever opts out has opted out
    Given a candidate "Eva Marchetti" in scope with
      | massMailOptOut | no |
    And the connector syncs until it settles
    When in the app "Eva Marchetti"'s email_opt_out becomes yes
    And the connector syncs until it settles
    Then in the ATS "Eva Marchetti" has massMailOptOut yes
    And in the app "Eva Marchetti" has may_email no
    When in the ATS "Eva Marchetti"'s occupation becomes "Driver"
    And the connector syncs until it settles
    Then in the app "Eva Marchetti" has email_opt_out yes
    And both systems agree

  Scenario: A message becomes one note
    Given a candidate "Kofi Mensah" in scope
    And the connector syncs until it settles
    When in the app a message "Running late" is added with
      | body      | I am ten minutes late, the bus broke down. |
      | worker_id | Kofi Mensah                                |
      | channel   | chat                                       |
    And the connector syncs until it settles
    Then in the ATS "Running late" has comments "I am ten minutes late, the bus broke down."
    And in the ATS "Running late" has action "Mobile chat"
    And both systems agree
    And nothing was created twice
    And nothing more is written

  # Records that are not as they should be

  Scenario: A worker was invited by hand before the first sync
    Given a candidate "Helen Brandt" in scope with
      | email | Helen.Brandt@Example.com |
    And a worker "H. Brandt" with
      | email | helen.brandt@example.com |
    When the connector syncs until it settles
    Then in the app "H. Brandt" has first_name "Helen"
    And nothing was created twice
    And both systems agree

  Scenario: A status that nobody listed is held back until it is mended
    Given a candidate "Luca Rossi" in scope
    And the connector syncs until it settles
    When in the ATS "Luca Rossi"'s status becomes "On Leave"
    And the connector syncs until it settles
    Then the connector names "Luca Rossi"
    When in the ATS "Luca Rossi"'s status becomes "Inactive"
    And the connector syncs until it settles
    Then in the app "Luca Rossi" has status "inactive"
    And the connector does not name "Luca Rossi"
    And both systems agree

  Scenario: Two candidates turn out to be one
    Given a candidate "Maria Lopez" in scope
    And a candidate "M. Lopez" in scope
    And the connector syncs until it settles
    When in the ATS "M. Lopez" is merged into "Maria Lopez"
    And the connector syncs until it settles
    And in the ATS "Maria Lopez"'s occupation becomes "Electrician"
    And the connector syncs until it settles
    Then in the app "Maria Lopez" has job_title "Electrician"
    And both systems agree
    And nothing was created twice

  Scenario: Somebody comes back after a year
    Given a candidate "Nadia Petrova" with
      | status | Placed |
    And "Nadia Petrova" is placed in a job that starts 90 days ago and ends yesterday
    And the connector syncs until it settles
    When 300 days pass
    And "Nadia Petrova" is placed in a job "Second season" that starts in 2 days
    And the connector syncs until it settles
    Then "Nadia Petrova" is in the app
    And both systems agree
    And nothing was created twice

  # The connector's own troubles

  Scenario: The connector is restarted between two changes
    Given a candidate "Ivan Horvat" in scope
    And the connector syncs until it settles
    When in the ATS "Ivan Horvat"'s lastName becomes "Horvat-Babić"
    And in the app "Ivan Horvat"'s nickname becomes "Ivo"
    And the connector is restarted
    And the connector syncs until it settles
    Then in the app "Ivan Horvat" has last_name "Horvat-Babić"
    And in the ATS "Ivan Horvat" has nickName "Ivo"
    And both systems agree
    And nothing was created twice
    And nothing more is written

  @must
  Scenario: A list fails, and what it would have told is heard later
    Given a candidate "Maria Lopez" in scope
    And a candidate "Tom Becker" in scope with
      | status | Active |
    And the connector syncs until it settles
    When in the ATS "Maria Lopez"'s mobile becomes "(312) 555-0187"
    And 1 hour passes
    And Bullhorn answers every list of candidates with an error
    And the connector syncs until it settles
    Then "Maria Lopez" is in the app
    And in the app "Tom Becker" has status "available"
    And nobody was removed by mistake
    When the connector syncs until it settles
    Then in the app "Maria Lopez" has phone "+13125550187"
    And both systems agree
    And nothing more is written

  @must
  Scenario Outline: <system> lists no <whom>, and nobody has left
    Given 12 candidates in scope
    And a candidate "Maria Lopez" in scope with
      | status | Active |
    And the connector syncs until it settles
    When <system> answers every list of <whom> with nothing
    And the connector syncs until it settles
    Then in the app "Maria Lopez" has status "available"
    And nobody was removed by mistake
    And nothing was created twice
    And nothing more is written
    When the connector syncs until it settles
    Then both systems agree
    And nothing more is written

    Examples: Whose list is empty by mistake
      | system    | whom       |
      | Bullhorn  | candidates |
      | Shiftline | workers    |

  @must
  Scenario Outline: The connector is killed after <requests> requests
    Given 30 candidates in scope
    When the connector is killed after <requests> requests
    And the connector syncs until it settles
    Then both systems agree
    And nothing was created twice
    And nobody was removed by mistake
    And nothing more is written

    Examples: Where the first import may break off
      | requests |
      | 9        |
      | 25       |
      | 60       |

  Scenario: The connector is killed in the middle of a change
    Given 20 candidates in scope
    And a candidate "Olga Ivanova" in scope
    And the connector syncs until it settles
    When in the ATS "Olga Ivanova"'s firstName becomes "Olha"
    And the connector is killed after 12 requests
    And the connector syncs until it settles
    Then in the app "Olga Ivanova" has first_name "Olha"
    And both systems agree
    And nothing was created twice

  Scenario: A message is not doubled when the connector is killed
    Given a candidate "Kofi Mensah" in scope
    And the connector syncs until it settles
    When in the app a message "Running late" is added with
      | body      | I am ten minutes late, the bus broke down. |
      | worker_id | Kofi Mensah                                |
      | channel   | chat                                       |
    And the connector is killed after 2 requests
    And the connector syncs until it settles
    Then in the ATS "Running late" has comments "I am ten minutes late, the bus broke down."
    And nothing was created twice
    And both systems agree

  Scenario: The day of the import
    Given 60 candidates in scope
    When the connector syncs until it settles
    Then both systems agree
    And nothing was created twice
    And nothing more is written
